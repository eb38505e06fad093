// What IAM says to a call of a function: the role's own policies of the template, evaluated by a simulator.
import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Json } from '../http.ts';
import { filledIn, ofType, type Template, type Values } from './template.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';

export interface AwsCall {
  /** The logical id of the function that calls. */
  readonly caller: string;
  /** `dynamodb:GetItem`. */
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string[]>>;
}

interface RolePolicies {
  readonly arn: string;
  readonly policies: { readonly name: string; readonly policy: Json }[];
}

/** The policies of the role that a function runs as. */
export const policiesOf = (template: Template, functionId: string, values: Values): RolePolicies => {
  const role = template.Resources[functionId]?.Properties.Role;
  if (!role) throw new Error(`${functionId} is no function of the template`);
  const [roleId] = role['Fn::GetAtt'];
  const policies = ofType(template, 'AWS::IAM::Policy')
    .filter(([, { Properties }]) => JSON.stringify(Properties.Roles).includes(`"${roleId}"`))
    .map(([name, { Properties }]) => ({ name, policy: filledIn(Properties.PolicyDocument, values) }));
  return { arn: `arn:aws:iam::${ACCOUNT}:role/${roleId}`, policies };
};

const EVERYTHING = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** True when the policies allow a call; throws where the simulator can't tell, for a call IAM does not know. */
export const isAllowed = async ({ arn, policies }: RolePolicies, call: Omit<AwsCall, 'caller'>): Promise<boolean> => {
  const simulated = await runSimulation(
    {
      request: {
        principal: arn,
        action: call.action,
        resource: { resource: call.resource, accountId: ACCOUNT },
        contextVariables: { ...call.context },
      },
      identityPolicies: policies,
      serviceControlPolicies: [{ orgIdentifier: 'root', policies: [{ name: 'everything', policy: EVERYTHING }] }],
      resourceControlPolicies: [],
    },
    {},
  );
  if (simulated.resultType === 'error') throw new Error(`${call.action}: ${JSON.stringify(simulated.errors)}`);
  return simulated.overallResult === 'Allowed';
};
