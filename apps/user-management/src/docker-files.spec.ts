// No Docker engine runs where the tests do, so what docker/ says is held against the repository by reading it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { variables } from './platform/config/config.schema.js';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Instruction {
  name: string;
  value: string;
}
interface Stage {
  name: string;
  base: string;
  instructions: Instruction[];
}

/** Instructions with continued lines joined and comments left out, by stage. */
function readStages(dockerfile: string): Stage[] {
  const text = dockerfile.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, ' ');
  const stages: Stage[] = [];
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    const [, name = '', value = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (name === '') throw new Error(`not an instruction: ${line}`);
    const from = /^(\S+) AS (\S+)$/.exec(value);
    if (name === 'FROM') stages.push({ base: from?.[1] ?? value, name: from?.[2] ?? '', instructions: [] });
    else stages.at(-1)!.instructions.push({ name, value });
  }
  return stages;
}

const stages = readStages(read('docker/Dockerfile'));
const stageNames = stages.map(({ name }) => name);
const last = stages.at(-1)!;
const valuesOf = (stage: Stage, name: string) =>
  stage.instructions.filter((instruction) => instruction.name === name).map(({ value }) => value);
const copies = (stage: Stage) =>
  valuesOf(stage, 'COPY').map((value) => {
    const parts = value.split(/\s+/);
    const from = parts[0]!.startsWith('--from=') ? parts.shift()!.slice('--from='.length) : null;
    return { from, target: parts.at(-1)!, sources: parts.slice(0, -1) };
  });
const namedStage = (name: string) => stages.find((stage) => stage.name === name)!;

/** `package.json` of each workspace, by its folder. */
const workspaces = new Map(
  (JSON.parse(read('package.json')) as { workspaces: string[] }).workspaces
    .flatMap((pattern) => workspaceFolders(pattern))
    .map((folder) => [folder, JSON.parse(read(`${folder}/package.json`)) as { name: string; dependencies?: object }]),
);

function workspaceFolders(pattern: string): string[] {
  const parent = pattern.replace(/\/\*$/, '');
  const folders = parent === pattern ? [pattern] : readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`);
  return folders.filter((folder) => existsSync(join(ROOT, folder, 'package.json')));
}

/** The folders of a workspace and of every workspace that it needs to run. */
function neededFolders(name: string, found = new Set<string>()): Set<string> {
  for (const [folder, manifest] of workspaces) {
    if (manifest.name !== name || found.has(folder)) continue;
    found.add(folder);
    for (const dependency of Object.keys(manifest.dependencies ?? {})) neededFolders(dependency, found);
  }
  return found;
}

type Yaml = string | Yaml[] | { [key: string]: Yaml };
type YamlMap = Record<string, Yaml>;

/**
 * The YAML that compose.yaml keeps to: maps, lists in one line, anchors, and merges at the head of a map.
 * Anything else is an error, so that nothing is skipped unread.
 */
function readYaml(text: string): YamlMap {
  const root: YamlMap = {};
  const open: { indent: number; map: YamlMap }[] = [{ indent: -1, map: root }];
  const anchors = new Map<string, YamlMap>();
  for (const line of text.split('\n').filter((candidate) => !/^\s*(#.*)?$/.test(candidate))) {
    const { indent, key, value } = readLine(line);
    while (open.at(-1)!.indent >= indent) open.pop();
    const { map } = open.at(-1)!;
    if (key in map) throw new Error(`given twice: ${line}`);
    if (value !== '' && !value.startsWith('&')) {
      const read = value.startsWith('*') ? anchors.get(value.slice(1))! : readScalar(value);
      Object.assign(map, key === '<<' ? read : { [key]: read });
      continue;
    }
    const child: YamlMap = {};
    map[key] = child;
    if (value !== '') anchors.set(value.slice(1), child);
    open.push({ indent, map: child });
  }
  return root;
}

function readLine(line: string) {
  const match = /^( *)(<<|[\w.-]+):(?: (.+))?$/.exec(line);
  if (!match) throw new Error(`not a line that is understood: ${line}`);
  return { indent: match[1]!.length, key: match[2]!, value: match[3] ?? '' };
}

function readScalar(value: string): Yaml {
  return /^["[]/.test(value) ? (JSON.parse(value) as Yaml) : value;
}

describe('the Dockerfile', () => {
  it('builds and installs in stages of their own, on one Node that the service supports, pinned to its major', () => {
    const images = new Set(stages.map(({ base }) => base).filter((base) => !stageNames.includes(base)));
    expect([...images]).toEqual([expect.stringMatching(/^node:(22|24)-[a-z]+-slim$/)]);
    expect(stageNames).toEqual(['manifests', 'build', 'dependencies', 'production']);
  });

  it('copies only what is in the repository, or what an earlier stage made', () => {
    for (const [index, stage] of stages.entries()) {
      for (const { from, sources } of copies(stage)) {
        if (from !== null) expect(stageNames.slice(0, index)).toContain(from);
        const paths = from === null ? sources : sources.map((path) => path.replace(/^\/app\/?/, '').replace(/dist$/, 'src'));
        expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
      }
    }
  });

  it('knows the manifest of every workspace, or npm would not install what one of them needs', () => {
    const manifests = copies(namedStage('manifests')).flatMap(({ sources }) => sources);
    const expected = ['.', ...workspaces.keys()].map((folder) => join(folder, 'package.json'));
    expect(manifests.filter((path) => path.endsWith('package.json')).sort()).toEqual(expected.sort());
    expect(manifests).toContain('package-lock.json');
  });

  it('takes along the build of the service and of each workspace that it needs, and the migrations', () => {
    const taken = copies(last).map(({ target }) => target);
    const needed = [...neededFolders('@sa-platform/user-management')].map((folder) => `${folder}/dist`);
    // The pages are files that the service serves.
    expect(taken.sort()).toEqual(['./', 'prisma/migrations', 'apps/admin-ui/dist', ...needed].sort());
  });

  it('installs from the lock file, without install scripts, and into the image only what runs', () => {
    const installs = stages.flatMap((stage) => valuesOf(stage, 'RUN')).filter((command) => /\bnpm (ci|i|install)\b/.test(command));
    expect(installs).toHaveLength(2);
    for (const command of installs) expect(command).toMatch(/^npm ci .*--ignore-scripts\b/);
    expect(valuesOf(namedStage('dependencies'), 'RUN').join()).toContain('--omit=dev');
    expect(copies(last)[0]).toEqual({ from: 'dependencies', sources: ['/app'], target: './' });
  });

  it('does not run as root, and says whether it is healthy', () => {
    expect(last.instructions.filter(({ name }) => name === 'USER')).toEqual([{ name: 'USER', value: 'node' }]);
    const afterUser = last.instructions.slice(last.instructions.findIndex(({ name }) => name === 'USER'));
    expect(afterUser.filter(({ name }) => ['RUN', 'COPY'].includes(name))).toEqual([]);
    expect(valuesOf(last, 'HEALTHCHECK').join()).toContain('/health/ready');
  });

  it('starts the service itself, so that it is the service that is told to stop', () => {
    const [command] = valuesOf(last, 'CMD');
    expect(JSON.parse(command!)).toEqual(['node', 'apps/user-management/dist/main.js']);
    expect(valuesOf(last, 'ENTRYPOINT')).toEqual([]);
  });

  it('sets only variables that the service knows, production first, and no secret', () => {
    const settings = valuesOf(last, 'ENV').join(' ').split(/\s+/).map((pair) => pair.split('='));
    expect(Object.keys(variables)).toEqual(expect.arrayContaining(settings.map(([name]) => name)));
    expect(Object.fromEntries(settings)).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' });
    for (const stage of stages) expect([...valuesOf(stage, 'ARG'), ...valuesOf(stage, 'ADD')]).toEqual([]);
  });

  it('gets nothing that was built or installed here, and no settings', () => {
    const ignored = read('docker/Dockerfile.dockerignore').split('\n');
    expect(ignored[1]).toBe('*');
    expect(ignored).toEqual(expect.arrayContaining(['**/node_modules', '**/dist', '**/generated', '**/.env', '**/.data']));
    const allowed = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const sources = stages.flatMap(copies).filter(({ from }) => from === null).flatMap((copy) => copy.sources);
    expect(sources.filter((path) => !allowed.includes(path.split('/')[0]!))).toEqual([]);
  });
});

describe('compose.yaml', () => {
  const compose = readYaml(read('docker/compose.yaml'));
  const services = Object.entries(compose.services as Record<string, YamlMap>);
  const ours = services.filter(([, service]) => service.image === 'user-management');
  const keysOf = (value: Yaml | undefined) => Object.keys((value ?? {}) as YamlMap);
  const service = (name: string) => services.find(([candidate]) => candidate === name)![1];

  it('has the service on PostgreSQL and, as a profile, on MySQL, each after its migrations', () => {
    expect(services.filter(([, { profiles }]) => !profiles).map(([name]) => name).sort()).toEqual(
      ['migrate', 'postgresql', 'redis', 'user-management'],
    );
    for (const [suffix, database, scheme] of [['', 'postgresql', 'postgresql'], ['-mysql', 'mysql', 'mysql']] as const) {
      const { depends_on: needs, environment } = service(`user-management${suffix}`);
      expect(needs).toEqual({
        [`migrate${suffix}`]: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
      expect((environment as YamlMap).DATABASE_URL).toMatch(new RegExp(`^${scheme}://.*@${database}:`));
      expect(service(`migrate${suffix}`)).toMatchObject({
        command: ['node', 'apps/user-management/dist/migrate.js'],
        environment,
        depends_on: { [database]: { condition: 'service_healthy' } },
      });
    }
  });

  it('builds our image from the root, and pins the others to a major', () => {
    for (const [, { build }] of ours) expect(build).toEqual({ context: '..', dockerfile: 'docker/Dockerfile' });
    const others = services.filter((entry) => !ours.includes(entry)).map(([, { image }]) => image);
    expect(others).toEqual(['postgres:16', 'redis:7', expect.stringMatching(/^mysql:8(\.\d+)?$/)]);
  });

  it('gives the service only variables that it knows, and not production: the mock provider refuses that', () => {
    expect(ours).toHaveLength(4);
    for (const [, { environment }] of ours) {
      expect(Object.keys(variables)).toEqual(expect.arrayContaining(keysOf(environment)));
      expect(environment).toMatchObject({ NODE_ENV: 'development', REDIS_URL: 'redis://redis:6379' });
    }
  });

  it('waits only for services that are there, and that can tell when they are ready', () => {
    for (const [, { depends_on: needs, profiles }] of services) {
      for (const name of keysOf(needs)) {
        const needed = service(name);
        if (needed.profiles) expect(needed.profiles).toEqual(profiles);
        const { condition } = (needs as Record<string, YamlMap>)[name]!;
        if (condition === 'service_healthy') expect(keysOf(needed.healthcheck)).toContain('test');
      }
    }
  });

  it('publishes the service alone, on this machine alone', () => {
    const published = services.flatMap(([name, { ports }]) => ((ports ?? []) as string[]).map((port) => [name, port]));
    expect(published).toEqual([
      ['user-management', '127.0.0.1:${USER_MANAGEMENT_PORT:-3000}:3000'],
      ['user-management-mysql', '127.0.0.1:${USER_MANAGEMENT_PORT:-3000}:3000'],
    ]);
  });

  it('keeps data in volumes that it names, all of them in use', () => {
    const used = services.flatMap(([, { volumes }]) => ((volumes ?? []) as string[]).map((volume) => volume.split(':')[0]));
    expect([...new Set(used)].sort()).toEqual(keysOf(compose.volumes).sort());
  });

  it('holds no password but a development default that a variable replaces', () => {
    const passwords = services.flatMap(([, { environment }]) =>
      Object.entries((environment ?? {}) as Record<string, string>).filter(([name]) => /_PASSWORD$/.test(name) && !/RANDOM/.test(name)),
    );
    expect(passwords.length).toBeGreaterThan(0);
    for (const [name, value] of passwords) expect(value).toBe(`\${${name}:-development}`);
    expect(read('docker/compose.yaml')).not.toMatch(/:\/\/[^:@/]+:(?!\$\{)[^@\s]*@/);
  });
});
