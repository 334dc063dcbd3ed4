import { describe, expect, test } from "vitest";
import { embedJson, embedScript, escapeHtml, html } from "../../reports/html.ts";

describe("html", () => {
  test("a hole is escaped, in text as in attributes; markup and lists of it are not", () => {
    const hostile = `"><img src=x onerror='alert(1)'>&`;
    expect(html`<a title="${hostile}">${[html`<b>${hostile}</b>`, 1, null]}</a>`.text).toBe(
      `<a title="${escapeHtml(hostile)}"><b>${escapeHtml(hostile)}</b>1</a>`,
    );
    expect(escapeHtml(hostile)).not.toMatch(/[<>"']/);
  });

  test("embedded JSON can neither close its element nor break a line, and means the same", () => {
    const value = { "</script><script>": "<!-- \u2028\u2029 ]]>" };
    const { text } = embedJson(value);
    expect(text).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(value);
  });

  test("an embedded script cannot end its element early, and its strings mean the same", () => {
    const { text } = embedScript(`return ["</script>", "</SCRIPT", "<!--"]`);
    expect(text).not.toMatch(/<\/script|<!--/i);
    expect(new Function(text)()).toEqual(["</script>", "</SCRIPT", "<!--"]);
  });
});
