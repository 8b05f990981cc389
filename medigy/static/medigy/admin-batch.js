// A step for many goes on by itself until every item had its turn. Without script a button does that.
"use strict";

document.getElementById("mdg-go-on")?.requestSubmit();
