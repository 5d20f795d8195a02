// Small changes of a TypeScript source, each of which a test should notice.
import ts from 'typescript';

/** Operator → what it becomes. */
const OPERATORS = {
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '&&': '||',
  '||': '&&',
  '??': '&&',
  '+=': '-=',
  '-=': '+=',
};
/** Names of methods → the opposite ones. */
const METHODS = { min: 'max', max: 'min', floor: 'ceil', ceil: 'floor', some: 'every', every: 'some' };

/**
 * Every mutant of a source: operators, conditions, numbers, truth values, opposite methods, and statements left out.
 * Words are never changed: what a sentence says is for readers to judge.
 * @returns start, end and replacement, in the order of the source
 */
export function mutantsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const add = (node, replacement) => found.push({ file, start: node.getStart(), end: node.getEnd(), replacement });
  const visit = (node) => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node)) return;
    if (ts.isBinaryExpression(node) && !isText(node)) {
      const other = OPERATORS[node.operatorToken.getText()];
      if (other !== undefined) add(node.operatorToken, other);
    } else if (ts.isPrefixUnaryExpression(node) && [ts.SyntaxKind.MinusToken, ts.SyntaxKind.ExclamationToken].includes(node.operator))
      add(node, `(${node.operand.getText()})`);
    else if (ts.isNumericLiteral(node)) add(node, node.text === '1' ? '2' : `(${node.getText()} + 1)`);
    else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, 'false');
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, 'true');
    else if (ts.isPropertyAccessExpression(node) && ts.isCallExpression(node.parent) && Object.hasOwn(METHODS, node.name.text))
      add(node.name, METHODS[node.name.text]);
    else if (ts.isIfStatement(node)) {
      add(node.expression, 'true');
      add(node.expression, 'false');
    } else if (ts.isExpressionStatement(node)) add(node, ';');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Texts that are put together: the difference of two texts is a mistake that nobody makes. */
function isText({ left, right }) {
  return [left, right].some((side) => ts.isStringLiteralLike(side) || ts.isTemplateExpression(side));
}

/** `file:line: what stood there → what is there now` */
export function described({ file, start, end, replacement }, text) {
  const line = text.slice(0, start).split('\n').length;
  const shown = text.slice(start, end).replaceAll(/\s+/g, ' ');
  const context = text.split('\n')[line - 1].trim();
  return `${file}:${line}: \`${shown}\` → \`${replacement}\` in \`${context}\``;
}
