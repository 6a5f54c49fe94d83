// SPDX-License-Identifier: Apache-2.0
import { Link } from 'react-router';
import { PageHeader } from '../ui/PageHeader';

/** An address of this site that leads nowhere. */
export default function NotFoundPage() {
  return (
    <>
      <PageHeader
        title="There is no such page"
        lead="The address may be from another deployment."
      />
      <Link to="/" className="font-medium text-accent underline">
        Back to the start
      </Link>
    </>
  );
}
