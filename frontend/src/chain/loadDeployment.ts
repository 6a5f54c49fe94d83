// SPDX-License-Identifier: Apache-2.0
import { type Deployment, DeploymentError, parseDeployment } from './deployment';

/** Fetches the deployment that the server of this page names. */
export async function loadDeployment(): Promise<Deployment> {
  const response = await fetch('/deployment.json', { cache: 'no-store' });
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  if (!response.ok || !isJson)
    throw new DeploymentError(
      'this server has no deployment.json yet: the contracts are not deployed',
    );
  return parseDeployment(await response.json());
}
