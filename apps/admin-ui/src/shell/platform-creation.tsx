import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ComponentType } from 'react';
import { useMay } from '../session/me.js';

interface PlatformCreationProps {
  label: string;
  form: ComponentType<{ opened: boolean; onClose: () => void }>;
}

/** Leads to the form for something that is the platform's to make; not there for anybody else. */
export function PlatformCreation({ label, form: Form }: PlatformCreationProps) {
  const may = useMay();
  const [isOpen, { open, close }] = useDisclosure();
  if (!may.platformAdmin) return null;
  return (
    <>
      <Button onClick={open}>{label}</Button>
      <Form opened={isOpen} onClose={close} />
    </>
  );
}
