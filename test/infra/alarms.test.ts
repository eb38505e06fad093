// Alarms: each kind of trouble has one, all tell the same topic, and each metric is one that somebody publishes.
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { FUNCTION_NAMES } from '../../infra/bundles.ts';
import { assumed } from '../bench/assumptions.ts';
import { ofType, synthesised, type Template } from '../support/deployment/template.ts';
import type { Json } from '../support/http.ts';

let template: Template;
let alarms: Map<string, Json>;
beforeAll(() => {
  ({ template } = synthesised({ alarmEmail: 'ops@example.com' }));
  alarms = new Map(
    ofType(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => [
      String(Properties.AlarmName).replace('Tributary-', ''),
      Properties,
    ]),
  );
});

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('the alarms', () => {
  it('watch what goes wrong', () => {
    const wanted = [
      ...FUNCTION_NAMES.flatMap((name) => [`${name}Errors`, `${name}Throttles`]),
      ...['clicksWait', 'deadClicks', 'deadNights', 'deadSweeps', 'clicksLost'],
      ...['nightNotFinished', 'nightFailures', 'webhookFailures', 'webhooksRefused', 'storeSilent'],
      ...['serverErrors', 'readThrottleEvents', 'writeThrottleEvents'],
    ];
    expect([...alarms.keys()].toSorted()).toEqual(wanted.toSorted());
  });

  it('are as many as the idle month is reckoned with', () => {
    expect(alarms.size).toBe(assumed.alarms);
  });

  it('tell one topic, of trouble and of its end, and whoever subscribed', () => {
    const [[topic] = []] = ofType(template, 'AWS::SNS::Topic');
    for (const { AlarmActions, OKActions } of alarms.values()) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
    }
    const [[, subscription] = []] = ofType(template, 'AWS::SNS::Subscription');
    expect(subscription?.Properties).toMatchObject({ Protocol: 'email', Endpoint: 'ops@example.com' });
  });

  it('may publish to the topic, whose own policy replaces the one that would let them', () => {
    const [[, policy] = []] = ofType(template, 'AWS::SNS::TopicPolicy');
    const allowed = policy?.Properties.PolicyDocument.Statement.filter(({ Effect }: Json) => Effect === 'Allow');
    expect(allowed).toEqual([
      expect.objectContaining({
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });

  it('take silence for trouble only where somebody speaks every hour', () => {
    const silent = [...alarms].filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching');
    expect(silent.map(([name]) => name)).toEqual(['nightNotFinished']);
  });

  it('watch no metric of ours that no function counts', () => {
    const counted = ['functions', 'lib']
      .flatMap((folder) =>
        readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.ts'))
          .map((name) => read(`${folder}/${name}`)),
      )
      .flatMap((text) => [...text.matchAll(/\bcount\((?:[\w?. ]+\? )?'(\w+)'(?: : '(\w+)')?/g)])
      .flatMap((match) => [match[1], match[2]].filter(Boolean));
    const watched = [...alarms.values()].filter(({ Namespace }) => Namespace === 'Tributary');
    expect(watched).toHaveLength(6);
    for (const { MetricName } of watched) expect(counted).toContain(MetricName);
  });

  it('are each told how to read in docs/operations.md', () => {
    const operations = read('docs/operations.md');
    for (const name of alarms.keys()) {
      const kind = name.replace(new RegExp(`^(${FUNCTION_NAMES.join('|')})(?=Errors|Throttles)`), '<function>');
      expect(operations).toContain(`\`${kind}\``);
    }
  });
});
