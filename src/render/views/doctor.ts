/** Each service: reachable, how fast, as whom, with which rights, and what to do. */

import type { DoctorAnswer } from '../../answer/contract.js';
import { duration } from '../amounts.js';
import type { Block } from '../blocks.js';
import { fact, text, textColumn } from '../blocks.js';

const columns = ['service', 'store', 'reachable', 'time', 'version', 'user', 'could write', 'rights'].map(textColumn);

export function doctorView(answer: DoctorAnswer): Block[] {
  const { services, flows, ok } = answer;
  return [
    {
      kind: 'table',
      columns,
      rows: services.map((s) => [
        s.name,
        s.store,
        s.reachable ? 'yes' : 'NO',
        duration(s.ms),
        s.version ?? '',
        s.user ?? '',
        s.canWrite === null ? 'unknown' : s.canWrite ? 'YES' : 'no',
        s.rights.join(', '),
      ]),
    },
    fact('config', answer.config),
    ...services.flatMap((s): Block[] => [
      ...(s.error === null ? [] : [fact(s.name, s.error, 'error')]),
      ...s.advice.map((advice) => fact(s.name, advice, 'warning')),
      ...s.notes.map((note) => fact(s.name, note, 'dim')),
    ]),
    ...flows.map(({ what, remedy, isSure }) => fact('flows', `${what}. ${remedy}`, isSure ? 'error' : 'warning')),
    ok ? text('Every service answers.', 'good') : text('Some services need attention.', 'error'),
  ];
}
