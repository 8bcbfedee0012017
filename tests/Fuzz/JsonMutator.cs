using System.Text;

namespace Cppo.Fuzz;

/// <summary>
/// Changes JSON as JSON: members that are missing, stated twice or of another kind, numbers and texts at and beyond their limits.
/// </summary>
internal sealed class JsonMutator(byte[] sound)
{
    private static readonly string[] OddValues =
    [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-1",
        "1",
        "2",
        "0.5",
        "1.0",
        "1e0",
        "1e5",
        "1e-400",
        "1e999",
        "-1e999",
        "1e2147483648",
        "255",
        "65536",
        "16777217",
        "2147483647",
        "2147483648",
        "-2147483648",
        "4294967296",
        "9007199254740993",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "340282366920938463463374607431768211456",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00x\"",
        "\"\\n\"",
        "\"a b\"",
        "\"a  b\"",
        "\"1\"",
        "\"null\"",
        "\"../x\"",
        "\"/etc/passwd\"",
        "\"x.safetensors\"",
        "\"\\u001b[31m\"",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[1,2]",
        "[\"a\",\"b\"]",
        "{\"a\":1}",
        "{\"type\":\"Sequence\"}",
        "[\"\\ud800\"]",
        "{\"\\ud800\":1}",
        // No JSON at all.
        "NaN",
        "Infinity",
        "01",
        "1.",
        ".5",
        "+1",
        "'a'",
        "\"",
        "undefined",
        "",
    ];

    private static readonly string[] OddNames =
    [
        "\"\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"__metadata__\"",
        "\"type\"",
        "\"a.b\"",
        "\"0\"",
        "\"-1\"",
        "\"2147483648\"",
        "\"$schema\"",
        "\"formatVersion\"",
        "\"\\u0061\"",
    ];

    private static readonly string[] OddPieces = ["x", " ", "\\u0000", "\\ud83d", "\u00e9", "\\", ".", "/"];

    private readonly JsonTree tree = JsonTree.Parse(sound);

    public byte[] Mutate(Draws draws)
    {
        if (draws.Chance(0.1))
        {
            return BytesMutator.Mutate(draws, sound);
        }

        var changed = tree.Clone();
        for (int left = draws.Few(); left > 0; left--)
        {
            Change(draws, changed);
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(changed.ToString());
        return draws.Chance(0.08) ? BytesMutator.Mutate(draws, utf8) : utf8;
    }

    private static void Change(Draws draws, JsonTree root)
    {
        var all = root.All().ToList();
        var (parent, at, node) = draws.Pick(all);
        switch (draws.Int(12))
        {
            case 0 when parent is not null:
                parent.Children.RemoveAt(at);
                break;
            case 1 when parent is not null:
                parent.Children.Insert(draws.Int(parent.Children.Count + 1), (parent.Children[at].Name, node.Clone()));
                break;
            case 2 when parent is not null:
                bool isShort = node.Raw.Length < 100 && node.Children.Count < 20;
                int copies =
                    !isShort || all.Count > 5000 ? 1
                    : node.Children.Count == 0 && draws.Chance(0.1) ? 2000
                    : 20;
                parent.Children.AddRange(Enumerable.Repeat((parent.Children[at].Name, node), copies));
                break;
            case 3 when parent is { IsObject: true }:
                string name =
                    draws.Chance(0.5) ? draws.Pick(OddNames)
                    : draws.Pick(all).Parent is { IsObject: true } other ? draws.Pick(other.Children).Name
                    : draws.Chance(0.05) ? $"\"{new string('k', 1 << 18)}\""
                    : "\"x\"";
                parent.Children[at] = (name, node);
                break;
            case 4:
                var copy = draws.Pick(all).Node.Clone();
                Replace(node, copy);
                break;
            case 5 when !node.IsArray && !node.IsObject && node.Raw.Length > 0 && (char.IsAsciiDigit(node.Raw[0]) || node.Raw[0] == '-'):
                node.Raw = Number(draws, node.Raw);
                break;
            case 6 when node.Raw.StartsWith('"'):
                int place = 1 + draws.Int(node.Raw.Length - 1);
                node.Raw = node.Raw.Insert(Math.Min(place, node.Raw.Length), draws.Pick(OddPieces));
                break;
            case 7 when draws.Chance(0.1):
                node.Children.Clear();
                (node.IsArray, node.IsObject) = (false, false);
                node.Raw = draws.Int(4) switch
                {
                    0 => $"\"{new string('y', 1 << 18)}\"",
                    1 => new string('9', 1 << 16),
                    2 => string.Concat(Enumerable.Repeat("[", 100)) + string.Concat(Enumerable.Repeat("]", 100)),
                    _ => string.Concat(Enumerable.Repeat("{\"a\":", 63)) + "1" + string.Concat(Enumerable.Repeat("}", 63)),
                };
                break;
            default:
                node.Children.Clear();
                (node.IsArray, node.IsObject) = (false, false);
                node.Raw = draws.Pick(OddValues);
                break;
        }
    }

    private static void Replace(JsonTree node, JsonTree by)
    {
        node.Children.Clear();
        node.Children.AddRange(by.Children);
        (node.IsArray, node.IsObject, node.Raw) = (by.IsArray, by.IsObject, by.Raw);
    }

    private static string Number(Draws draws, string raw) =>
        draws.Int(6) switch
        {
            0 => $"-{raw}",
            1 => $"{raw}0",
            2 => raw.Length > 1 ? raw[..^1] : "0",
            3 => $"{raw}.5",
            4 => $"{raw}e{draws.Int(400)}",
            _ => draws.Pick(OddValues),
        };
}
