// Draws the description of the JSON API. A file of its own, because no page here runs inline scripts.
const place = document.getElementById("swagger");
SwaggerUIBundle({ url: place.dataset.description, domNode: place, deepLinking: true, validatorUrl: null });
