// The HTTP API: one route for each of the route table's, throttled by class, logged without a trace of who called.
import { Aws, Fn } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  type DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Route, type RouteFunction, routeKey } from '../lib/contracts/route.ts';
import { routes } from '../lib/contracts/routes.ts';
import { acknowledge } from './acknowledge.ts';
import { type Config, keptWhen } from './config.ts';
import { addMerchantDomains, createDomain } from './domains.ts';
import type { Functions } from './lambda.ts';

/**
 * One line a request, for counting and for finding a request by its id. Neither the caller's address and user agent nor
 * the path (slugs, ids), the query or where a link led.
 */
const ACCESS_LOG = AccessLogFormat.custom(
  JSON.stringify({
    id: '$context.requestId',
    route: '$context.routeKey',
    status: '$context.status',
    ms: '$context.responseLatency',
    at: '$context.requestTimeEpoch',
    error: '$context.integrationErrorMessage',
  }),
);

/** Why no authorizer stands before a route that needs no key. */
const OPEN: Readonly<Record<RouteFunction, string>> = {
  redirect: 'Short links are for everybody',
  webhook: 'Signed over the body, which an authorizer is not shown: the function checks it before anything is stored',
  api: "The service's description of itself and its health are public",
};
const BY_KEY = 'The function checks the API key first, by its hash in the table; an authorizer would cost a run more';

const throttleOf = ({ serves }: Pick<Route, 'serves'>, config: Config) => {
  const byClass: Readonly<Record<RouteFunction, readonly [number, number]>> = {
    redirect: [config.redirectRate, config.redirectBurst],
    webhook: [config.webhookRate, config.webhookBurst],
    api: [config.apiRate, config.apiBurst],
  };
  const [ThrottlingRateLimit, ThrottlingBurstLimit] = byClass[serves];
  return { ThrottlingRateLimit, ThrottlingBurstLimit };
};

/** The API itself, before its routes: its address is in the environment of a function that serves them. */
export const createApi = (scope: Construct, config: Config): HttpApi =>
  new HttpApi(scope, 'Api', {
    apiName: config.stackName,
    createDefaultStage: false,
    // A name of your own is then the only way in; CloudFront asks by the name that API Gateway made up.
    disableExecuteApiEndpoint: config.domainName !== undefined && config.edge === 'api-gateway',
  });

const addRoutes = (api: HttpApi, functions: Functions): HttpRoute[] => {
  // One permission a function, not a route: a function's policy has 20 kB, and sixty routes would not fit.
  const integrations = Object.fromEntries(
    (['redirect', 'webhook', 'api'] as const).map((name) => [
      name,
      new HttpLambdaIntegration(name, functions[name], { scopePermissionToRoute: false }),
    ]),
  ) as Readonly<Record<RouteFunction, HttpLambdaIntegration>>;
  const declared = routes.flatMap(({ method, path, serves, scope }) =>
    api.addRoutes({ path, methods: [HttpMethod[method]], integration: integrations[serves] }).map((added) => {
      acknowledge(added, 'APIG4', scope === 'public' ? OPEN[serves] : BY_KEY);
      return added;
    }),
  );
  // What no route takes: a link with a slash at its end, or nothing, which the redirect says to shoppers as a page and to
  // programs as a problem, the same as on one machine.
  const options = { httpApi: api, routeKey: HttpRouteKey.DEFAULT, integration: integrations.redirect };
  const unmatched = new HttpRoute(api, 'Unmatched', options);
  acknowledge(unmatched, 'APIG4', 'Short links are for everybody');
  return [...declared, unmatched];
};

export interface PublishedApi {
  readonly stage: HttpStage;
  readonly domain: DomainName | undefined;
}

/** Routes, stage and, where one is asked for, the domain. */
export const publishApi = (scope: Construct, api: HttpApi, functions: Functions, config: Config): PublishedApi => {
  const domain = createDomain(scope, config);
  const log = new LogGroup(scope, 'AccessLog', {
    // Under this prefix API Gateway needs no resource policy of its own, of which an account has few.
    // The end of the stack's id: a stack of the same name made later finds the name free.
    logGroupName: `/aws/vendedlogs/${config.stackName}/access-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`,
    retention: config.logRetentionDays,
    removalPolicy: keptWhen(config),
  });
  const stage = new HttpStage(scope, 'Stage', {
    httpApi: api,
    stageName: '$default',
    autoDeploy: true,
    throttle: { rateLimit: config.apiRate, burstLimit: config.apiBurst },
    accessLogSettings: { destination: new LogGroupLogDestination(log), format: ACCESS_LOG },
    ...(domain && { domainMapping: { domainName: domain } }),
  });
  addMerchantDomains(scope, config, api, stage);
  const published = addRoutes(api, functions);
  const settings = routes.map((route) => [routeKey(route), throttleOf(route, config)]);
  (stage.node.defaultChild as CfnStage).addPropertyOverride('RouteSettings', Object.fromEntries(settings));
  // Settings of a route that is not there yet are refused.
  stage.node.addDependency(...published);
  return { stage, domain };
};
