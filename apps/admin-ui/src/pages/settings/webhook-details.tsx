import { Button, Card, Group, Modal, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Versioned } from '../../api/versioned.js';
import { EditWebhook } from './edit-webhook.js';
import type { Webhook } from './webhook.js';

/** What an administrator has set, and the way to set it otherwise. */
export function WebhookDetails({ read }: { read: Versioned<Webhook> }) {
  const { t } = useTranslation();
  const [isEditing, { open, close }] = useDisclosure();
  const { url, types, description } = read.value;
  return (
    <Card withBorder>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {t('settings.details')}
        </Title>
        <Button size="xs" variant="default" onClick={open}>
          {t('edit')}
        </Button>
      </Group>
      <Table layout="fixed" withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody style={{ overflowWrap: 'anywhere' }}>
          <Fact label={t('settings.url')}>{url}</Fact>
          <Fact label={t('settings.types')}>{types.length === 0 ? t('settings.allTypes') : types.join(', ')}</Fact>
          {description !== '' && <Fact label={t('settings.description')}>{description}</Fact>}
        </Table.Tbody>
      </Table>
      <Modal opened={isEditing} onClose={close} title={t('settings.editTitle')} closeButtonProps={{ 'aria-label': t('close') }}>
        <EditWebhook read={read} onClose={close} />
      </Modal>
    </Card>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.Tr style={{ verticalAlign: 'top' }}>
      <Table.Th scope="row" fw={400} w="30%">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  );
}
