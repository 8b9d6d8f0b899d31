import { join } from 'node:path';
import ts from 'typescript';

/** Says "unused" or "unreachable" of what is around a removed line: no word on the line itself. */
const ABOUT_THE_REST = new Set([6133, 6192, 6196, 6198, 7027]);

/** Compiles one file of a sandbox with another text than it has, as `npm run build` would. */
export class Compiler {
  #file = '';
  #text = '';
  #version = 0;
  /** @type {ts.LanguageService} */
  #service;

  /** @param {string} root of the sandbox @param {string} configFile from the root */
  constructor(root, configFile) {
    this.root = root;
    const path = join(root, configFile);
    const { options: project } = ts.parseJsonConfigFileContent(ts.readConfigFile(path, ts.sys.readFile).config, ts.sys, join(path, '..'));
    // A composite project wants every file named.
    const options = { ...project, composite: false, incremental: false };
    this.#service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [this.#file],
      getScriptVersion: (name) => (name === this.#file ? String(this.#version) : '0'),
      getScriptSnapshot: (name) => {
        const text = name === this.#file ? this.#text : ts.sys.readFile(name);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      realpath: ts.sys.realpath,
    });
  }

  /**
   * @param {string} file from the root
   * @param {string} text
   * @returns {string | null} what the compiler says against it
   */
  complaintAbout(file, text) {
    this.#file = join(this.root, file);
    this.#text = text;
    this.#version++;
    const complaint = this.#service.getSemanticDiagnostics(this.#file).find(({ code }) => !ABOUT_THE_REST.has(code));
    return complaint ? ts.flattenDiagnosticMessageText(complaint.messageText, ' ') : null;
  }
}
