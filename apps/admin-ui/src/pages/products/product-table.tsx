import { Button, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useState } from 'react';
import { useMay } from '../../session/me.js';
import { PageAnchor } from '../../shell/links.js';
import { readUserSearch } from '../users/user-search.js';
import { EditProduct } from './edit-product.js';
import type { ListedProduct } from './product.js';

const WRAPPED = { overflowWrap: 'anywhere' } as const;

/** Products with how often each is granted; a platform admin changes them here. */
export function ProductTable({ products }: { products: ListedProduct[] }) {
  const { t } = useTranslation();
  const may = useMay();
  const [edited, setEdited] = useState<string | null>(null);
  return (
    <>
      <Table.ScrollContainer minWidth={640}>
        <Table highlightOnHover verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w="30%">{t('products.product')}</Table.Th>
              <Table.Th w="40%">{t('products.description')}</Table.Th>
              <Table.Th ta="right">{t('products.grants')}</Table.Th>
              {may.platformAdmin && <Table.Th aria-label={t('edit')} />}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {products.map((product) => (
              <Table.Tr key={product.id}>
                <Table.Td style={WRAPPED}>
                  {product.name}
                  <Text size="xs" c="dimmed" ff="monospace">
                    {product.key}
                  </Text>
                </Table.Td>
                <Table.Td style={WRAPPED}>{product.description}</Table.Td>
                <Table.Td ta="right">
                  <Grants of={product} />
                </Table.Td>
                {may.platformAdmin && (
                  <Table.Td ta="right">
                    <Button size="xs" variant="default" aria-label={t('products.edit', { name: product.name })} onClick={() => setEdited(product.id)}>
                      {t('edit')}
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <EditProduct id={edited} onClose={() => setEdited(null)} />
    </>
  );
}

/** How many memberships have it, which leads to whose they are. */
function Grants({ of: { id, grant_count: count } }: { of: ListedProduct }) {
  const { t, i18n } = useTranslation();
  const may = useMay();
  const text = count.toLocaleString(i18n.language);
  if (count === 0 || !may.anywhere('admin:users:read')) return text;
  return (
    <PageAnchor to="/users" search={readUserSearch({ product_id: id })} aria-label={t('products.grantees', { count })} inherit>
      {text}
    </PageAnchor>
  );
}
