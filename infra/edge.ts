// CloudFront before the redirect's own URL, where a deployment asks for it: no API Gateway between a shopper and a link.
import { fileURLToPath } from 'node:url';
import { CfnOutput, Duration, Fn } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Function as CloudFrontFunction,
  Distribution,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  type IOrigin,
  OriginRequestCookieBehavior,
  OriginRequestHeaderBehavior,
  OriginRequestPolicy,
  OriginRequestQueryStringBehavior,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin, HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { Route } from '../lib/contracts/route.ts';
import { routes } from '../lib/contracts/routes.ts';
import { CONSENT_COOKIE, VISITOR_COOKIE } from '../lib/platform/visitors.ts';
import { acknowledge } from './acknowledge.ts';
import type { Config } from './config.ts';
import { idOf, pointTo } from './domains.ts';
import type { Functions } from './lambda.ts';

/** All that a redirect reads of a request: CloudFront passes ten headers on at most, edge-request.js makes do with them. */
const LINK_HEADERS = [
  ...['User-Agent', 'Referer', 'Accept-Language', 'Sec-CH-UA', 'Sec-Purpose', 'Sec-GPC'],
  ...['X-Forwarded-Host', 'CloudFront-Viewer-Country'],
];

/** Signed for the function's URL is the request without its body, so that what has one goes through the API. */
const goesToTheApi = ({ serves, method }: Pick<Route, 'serves' | 'method'>): boolean =>
  serves !== 'redirect' || method === 'POST';

/** CloudFront's patterns of the paths that the API answers: `/v1/*`, `/health` ... */
export const apiPatterns = (): string[] => [
  ...new Set(
    routes.filter(goesToTheApi).map(({ path }) => {
      const [, first = '', ...more] = path.split('/');
      return more.length > 0 ? `/${first}/*` : `/${first}`;
    }),
  ),
];

const throughTheApi = (api: HttpApi): BehaviorOptions => ({
  origin: new HttpOrigin(Fn.select(2, Fn.split('/', api.apiEndpoint))),
  allowedMethods: AllowedMethods.ALLOW_ALL,
  viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
});

const linksOf = (scope: Construct, origin: IOrigin): BehaviorOptions => ({
  origin,
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
  // A link typed without https:// is a click too.
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  cachePolicy: CachePolicy.CACHING_DISABLED,
  originRequestPolicy: new OriginRequestPolicy(scope, 'LinkRequests', {
    headerBehavior: OriginRequestHeaderBehavior.allowList(...LINK_HEADERS),
    cookieBehavior: OriginRequestCookieBehavior.allowList(VISITOR_COOKIE, CONSENT_COOKIE),
    queryStringBehavior: OriginRequestQueryStringBehavior.all(),
  }),
  functionAssociations: [
    {
      eventType: FunctionEventType.VIEWER_REQUEST,
      function: new CloudFrontFunction(scope, 'LinkRequest', {
        code: FunctionCode.fromFile({ filePath: fileURLToPath(new URL('./edge-request.js', import.meta.url)) }),
        runtime: FunctionRuntime.JS_2_0,
      }),
    },
  ],
});

/** The script is the same for everybody, and asked for on each page of a shop: kept at the edge for as long as it says. */
const scriptOf = (origin: IOrigin): BehaviorOptions => ({
  origin,
  allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
  viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
  cachePolicy: CachePolicy.CACHING_OPTIMIZED,
});

/**
 * A distribution for the deployment's own name and one for each of its merchants': links go to the function's URL, which
 * takes none but their signed requests; all else goes to the API.
 */
export const createEdges = (scope: Construct, config: Config, functions: Functions, api: HttpApi): void => {
  const { domainName, certificateArn, domains = [] } = config;
  if (config.edge !== 'cloudfront' || domainName === undefined || certificateArn === undefined) return;
  const url = functions.redirect.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  // As long as the function itself may take.
  const origin = FunctionUrlOrigin.withOriginAccessControl(url, { readTimeout: Duration.seconds(15) });
  const defaultBehavior = linksOf(scope, origin);
  const toTheApi = throughTheApi(api);
  const additionalBehaviors = {
    ...Object.fromEntries(apiPatterns().map((pattern) => [pattern, toTheApi])),
    '/t.js': scriptOf(origin),
  };
  for (const { own, ...name } of [
    { domainName, certificateArn, own: true },
    ...domains.map((one) => ({ ...one, own: false })),
  ]) {
    const id = own ? '' : idOf(name.domainName);
    const distribution = new Distribution(scope, `Edge${id}`, {
      comment: name.domainName,
      domainNames: [name.domainName],
      certificate: Certificate.fromCertificateArn(scope, `EdgeCertificate${id}`, name.certificateArn),
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior,
      additionalBehaviors,
    });
    acknowledge(distribution, 'CFR1', 'Shoppers are everywhere');
    acknowledge(distribution, 'CFR2', 'A firewall costs 0.60 a million requests: whoever needs one adds it');
    acknowledge(distribution, 'CFR3', "Its logs would hold every shopper's address");
    if (own) pointTo(scope, config, new CloudFrontTarget(distribution));
    new CfnOutput(scope, `DomainTarget${id}`, {
      value: distribution.distributionDomainName,
      description: `What the record of ${name.domainName} points to`,
    });
  }
};
