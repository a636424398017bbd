export { matrixConfig as default } from './config.ts'
