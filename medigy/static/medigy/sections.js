// A run over many items goes on by itself, as long as its page is open. Without script, the button does it.
"use strict";

const more = document.querySelector("form[data-mdg-go-on]");
if (more) setTimeout(() => more.requestSubmit(), 400);
