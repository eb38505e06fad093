// The names a deployment is met by at API Gateway: its own, and those of its merchants.
import { CfnOutput } from 'aws-cdk-lib';
import { ApiMapping, DomainName, type IHttpApi, type IHttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AaaaRecord, ARecord, HostedZone, type IAliasRecordTarget, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';

/** Points the deployment's own name at what answers it, where its zone is known. */
export const pointTo = (scope: Construct, config: Config, answers: IAliasRecordTarget): void => {
  const { domainName: recordName, hostedZoneId, hostedZoneName: zoneName } = config;
  if (hostedZoneId === undefined || zoneName === undefined) return;
  const zone = HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName });
  const target = RecordTarget.fromAlias(answers);
  new ARecord(scope, 'Ipv4', { zone, recordName, target });
  new AaaaRecord(scope, 'Ipv6', { zone, recordName, target });
};

/** The deployment's own name, if it has one and API Gateway is to answer it. */
export const createDomain = (scope: Construct, config: Config): DomainName | undefined => {
  const { domainName, certificateArn, edge } = config;
  if (edge !== 'api-gateway' || domainName === undefined || certificateArn === undefined) return undefined;
  const certificate = Certificate.fromCertificateArn(scope, 'Certificate', certificateArn);
  const domain = new DomainName(scope, 'Domain', { domainName, certificate });
  const { regionalDomainName, regionalHostedZoneId } = domain;
  pointTo(scope, config, new ApiGatewayv2DomainProperties(regionalDomainName, regionalHostedZoneId));
  return domain;
};

/** `go.brand.com` as part of an id: a name keeps its resources whatever stands beside it. */
export const idOf = (host: string): string => host.replace(/[^a-z0-9]/g, (mark) => (mark === '.' ? 'Dot' : 'Dash'));

/** The names of merchants, which serve the same stage; where each is to be pointed is an output. */
export const addMerchantDomains = (scope: Construct, config: Config, api: IHttpApi, stage: IHttpStage): void => {
  if (config.edge !== 'api-gateway') return;
  for (const { domainName, certificateArn } of config.domains ?? []) {
    const id = idOf(domainName);
    const certificate = Certificate.fromCertificateArn(scope, `Certificate${id}`, certificateArn);
    const domain = new DomainName(scope, `Domain${id}`, { domainName, certificate });
    new ApiMapping(scope, `Mapping${id}`, { api, domainName: domain, stage });
    new CfnOutput(scope, `DomainTarget${id}`, {
      value: domain.regionalDomainName,
      description: `What the record of ${domainName} points to`,
    });
  }
};
