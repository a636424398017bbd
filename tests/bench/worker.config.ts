export { benchConfig as default } from './config.ts'
