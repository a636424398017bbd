import { createRoute, z } from '@hono/zod-openapi'
import type { Issue } from '@sluice/errors'
import { countMatching, JOBS } from '../flow/jobs.ts'
import type { Outbox } from '../flow/lease.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { Decision, Job, JobFilter } from '../store/port.ts'
import type { KeyGuard } from './auth.ts'
import { checkCursor, matchOf, PAGE_QUERY } from './filters.ts'
import { linksOf, PAGE_HEADERS } from './links.ts'
import { DryRunSchema, JobListSchema, JobRequestSchema, JobSchema } from './job-schemas.ts'
import { representJob } from './represent.ts'
import { createApi } from './create-api.ts'
import { ONCE, type Once, onceRequest } from './idempotent.ts'
import { JSON_REQUEST, jsonAnswer, KEYED, problemAnswers } from './responses.ts'

const params = z.object({ id: z.string().openapi({ example: 'job_01KAPQ3Z8N4T6V9X2B5D7F0G1K' }) })

/** Answers `/v1/jobs`: decisions about every dead or parked delivery that fits a filter. */
export function jobsApi(
  { store, nowMs, newId, sleep }: Pick<HttpPorts, 'store' | 'nowMs' | 'newId' | 'sleep'>,
  outbox: Pick<Outbox, 'wakeChore'>,
  guard: KeyGuard,
  once: Once,
) {
  const createJob = createRoute({
    method: 'post',
    path: '/v1/jobs',
    operationId: 'createJob',
    summary: 'Decide about many dead or parked deliveries',
    description:
      'Decides about every delivery that is dead or parked when the job begins and that fits the filter, at the given rate; each keeps who decided and why. It goes on after a restart where it was. With `dryRun` it only counts.',
    tags: ['Jobs'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      body: { required: true, content: { 'application/json': { schema: JobRequestSchema } } },
    },
    responses: {
      200: jsonAnswer('The dry run.', DryRunSchema),
      202: {
        ...jsonAnswer('It runs.', JobSchema),
        headers: { Location: { description: 'Where its progress is.', schema: { type: 'string' as const } } },
      },
      ...problemAnswers(...KEYED, ...ONCE, ...JSON_REQUEST, 'JOB_FILTER_EMPTY', 'STORE_FULL'),
    },
  })

  const listJobs = createRoute({
    method: 'get',
    path: '/v1/jobs',
    operationId: 'listJobs',
    summary: 'List jobs, the newest first',
    tags: ['Jobs'],
    security: [{ key: ['read'] }],
    middleware: guard('read', 'query'),
    request: { query: z.strictObject(PAGE_QUERY) },
    responses: {
      200: { ...jsonAnswer('A page of jobs.', JobListSchema), headers: PAGE_HEADERS },
      ...problemAnswers(...KEYED, 'PARAMETER_INVALID', 'CURSOR_INVALID'),
    },
  })

  const readJob = createRoute({
    method: 'get',
    path: '/v1/jobs/{id}',
    operationId: 'readJob',
    summary: 'Read how far a job is',
    tags: ['Jobs'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    request: { params },
    responses: { 200: jsonAnswer('The job.', JobSchema), ...problemAnswers(...KEYED, 'JOB_UNKNOWN') },
  })

  const cancelJob = createRoute({
    method: 'post',
    path: '/v1/jobs/{id}/cancel',
    operationId: 'cancelJob',
    summary: 'End a job before it is done',
    description: 'What it decided before stays decided.',
    tags: ['Jobs'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: { ...onceRequest, params },
    responses: {
      200: jsonAnswer('The job as it is now.', JobSchema),
      ...problemAnswers(...KEYED, ...ONCE, 'JOB_UNKNOWN', 'JOB_ENDED', 'STORE_FULL'),
    },
  })

  return createApi()
    .openapi(createJob, async (context) => {
      const { action, filter: asked, all = false, ratePerSecond = null, why, dryRun } = context.req.valid('json')
      const isEmpty = Object.values(asked).every((value) => value === undefined)
      if (isEmpty !== all) throw new RequestError('JOB_FILTER_EMPTY')
      const fault = faultOf(action, asked)
      if (fault !== null) throw new RequestError('PARAMETER_INVALID', [fault])
      const filter = matchOf(asked)
      const { matched, sample } = await countMatching({ action, filter }, { store, sleep })
      if (dryRun === true) {
        return context.json({ dryRun: true as const, matched, sample: [...sample] }, 200)
      }
      const made = { id: newId('job'), action, filter, ratePerSecond, by: context.get('keyName'), why }
      const job = await store.addJob({ ...made, createdAtMs: nowMs(), expected: matched })
      outbox.wakeChore(JOBS)
      context.header('location', `/v1/jobs/${job.id}`)
      return context.json(representJob(job, nowMs()), 202)
    })
    .openapi(listJobs, async (context) => {
      const { limit, cursor } = context.req.valid('query')
      const { rows, next } = await store.listJobs({ limit, before: checkCursor('job', cursor) })
      context.header('link', linksOf(context.req.url, limit, next))
      return context.json({ jobs: rows.map((job) => representJob(job, nowMs())), nextCursor: next }, 200)
    })
    .openapi(readJob, async (context) =>
      context.json(representJob(await find(context.req.valid('param').id), nowMs()), 200),
    )
    .openapi(cancelJob, async (context) => {
      const { id } = await find(context.req.valid('param').id)
      const cancelled = await store.cancelJob({ id, by: context.get('keyName'), atMs: nowMs() })
      if (!cancelled) throw new RequestError('JOB_ENDED')
      return context.json(representJob(await find(id), nowMs()), 200)
    })

  async function find(id: string): Promise<Job> {
    const job = await store.readJob(id)
    if (job === null) throw new RequestError('JOB_UNKNOWN')
    return job
  }
}

/** Says what a job of this kind cannot look for. */
function faultOf(action: Decision, { state, destination }: Pick<JobFilter, 'state' | 'destination'>): Issue | null {
  if (action === 'delivered' && state !== undefined && state !== 'parked') {
    return { path: 'filter.state', message: 'Only a parked delivery can be taken for delivered' }
  }
  if (state !== 'pending') return null
  if (action === 'acknowledge') {
    return { path: 'filter.state', message: 'Only a dead or parked delivery can be acknowledged' }
  }
  return destination === undefined
    ? { path: 'filter.destination', message: 'Deliveries that wait are decided about by destination' }
    : null
}
