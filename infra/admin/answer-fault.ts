// An answer that is no success, told: the API's problem in full, anything else in one line.
import { Problem } from '../../lib/contracts/problems.ts';
import { type Fault, fault, oneLine } from './fault.ts';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string | null;
}

interface Request {
  /** Method and address, without query and ids. */
  readonly asked: string;
  /** Where its key was found. */
  readonly key: string;
  readonly idempotencyKey: string | undefined;
}

const problemIn = (text: string): Problem | undefined => {
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** From 500 on, what was asked may have been done in part; a repeat under the same name makes the same things. */
const repeatLine = ({ status }: Answer, { idempotencyKey }: Request): readonly string[] =>
  idempotencyKey !== undefined && (status >= 500 || status === 409)
    ? [`  again, without doing it twice: --idempotency-key ${idempotencyKey}`]
    : [];

const problemLines = (problem: Problem, answer: Answer, request: Request): readonly string[] => [
  `${problem.title} (${problem.code}, ${problem.status})`,
  ...(problem.detail && problem.detail !== problem.title ? [`  ${oneLine(problem.detail)}`] : []),
  ...(problem.errors ?? []).map(({ pointer, code, message }) => `  ${pointer}: ${oneLine(message)} (${code})`),
  `  requestId: ${problem.requestId}`,
  `  asked: ${request.asked}, with the key ${request.key}`,
  ...repeatLine(answer, request),
];

/** What is wrong with an answer. Pages of others, such as of a proxy or a wrong address, are named by their type. */
export const answerFault = (answer: Answer, request: Request): Fault => {
  const { status, text, type } = answer;
  const problem = problemIn(text);
  if (problem) {
    return fault(problemLines(problem, answer, request).join('\n'), { code: problem.code, text });
  }
  const what = type?.includes('json') ? oneLine(text).slice(0, 200) : (type ?? 'no content');
  const [again = ''] = repeatLine(answer, request);
  return fault(
    `${request.asked} answered ${status} (${what}), which is no answer of Tributary's API${again && `;${again.slice(1)}`}`,
  );
};
