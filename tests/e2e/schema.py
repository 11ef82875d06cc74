"""schema.py: answers and bodies held against web/openapi.yaml."""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


class Schema:
    """As much of JSON Schema 2020-12 as openapi.yaml uses; a keyword that is new here fails."""

    KNOWN = {"$ref", "type", "enum", "const", "pattern", "minimum", "maximum", "required", "items",
             "properties", "additionalProperties", "oneOf", "allOf", "description", "default"}

    def __init__(self, document):
        self.document = document

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for name in node["$ref"][2:].split("/"):
                target = target[name]
            node = target
        return node

    def is_type(self, value, name):
        if name in ("integer", "number"):
            kinds = (int,) if name == "integer" else (int, float)
            return isinstance(value, kinds) and not isinstance(value, bool)
        return isinstance(value, TYPES[name])

    def scalar(self, value, node, at):
        types = node.get("type", [])
        types = [types] if isinstance(types, str) else types
        assert not types or any(self.is_type(value, t) for t in types), f"{at}: {value!r} is no {types}"
        assert "const" not in node or value == node["const"], f"{at}: {value!r}"
        assert "enum" not in node or value in node["enum"], f"{at}: {value!r} is none of {node['enum']}"
        if "pattern" in node and isinstance(value, str):
            assert re.search(node["pattern"], value), f"{at}: {value!r} is not {node['pattern']}"
        if "minimum" in node:
            assert value >= node["minimum"], f"{at}: {value} is below {node['minimum']}"

    def check(self, value, node, at="answer"):
        node = self.resolve(node)
        assert not set(node) - self.KNOWN, f"{at}: unknown keywords {set(node) - self.KNOWN}"
        self.scalar(value, node, at)
        for part in node.get("allOf", []):
            self.check(value, part, at)
        if "oneOf" in node:
            assert sum(self.fits(value, part) for part in node["oneOf"]) == 1, f"{at}: oneOf"
        if isinstance(value, list) and "items" in node:
            for i, item in enumerate(value):
                self.check(item, node["items"], f"{at}[{i}]")
        if isinstance(value, dict):
            missing = set(node.get("required", [])) - set(value)
            assert not missing, f"{at}: {missing} missing"
            for name, part in node.get("properties", {}).items():
                if name in value:
                    self.check(value[name], part, f"{at}.{name}")

    def fits(self, value, node):
        try:
            self.check(value, node)
            return True
        except AssertionError:
            return False

    def members(self, node):
        """(properties, required) of an object, of all that it consists of."""
        node = self.resolve(node)
        properties, required = dict(node.get("properties", {})), set(node.get("required", []))
        for part in node.get("allOf", []):
            more, needed = self.members(part)
            properties.update(more)
            required |= needed
        return properties, required
