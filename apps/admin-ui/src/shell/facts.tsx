import { SimpleGrid, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What is known of something, each by its name. */
export function Facts({ facts }: { facts: [name: string, fact: ReactNode][] }) {
  return (
    <SimpleGrid component="dl" cols={{ base: 1, xs: 2, md: 4 }} m={0}>
      {facts.map(([name, fact]) => (
        <div key={name}>
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} style={{ overflowWrap: 'anywhere' }}>
            {fact}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}
