using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Keys and sections that had other names before: files of then are read as if they stated the names of now, and mean the same run.
/// </summary>
/// <param name="Names">Dotted paths of then and of now; <c>N</c> stands for the place in a list.</param>
internal sealed partial record RenamedKeys(IReadOnlyList<(string Then, string Now)> Names)
{
    /// <summary>Every key that was renamed.</summary>
    public static RenamedKeys All { get; } = new([("model.referencePath", "model.reference.path")]);

    /// <summary>
    /// The name of now of a path: <c>reward.parts.2.factor</c> to <c>reward.parts.2.weight</c>; null where it was no key.
    /// </summary>
    public string? Of(string path) => Find(path, name => name.Then, name => name.Now);

    /// <summary>Inverse of <see cref="Of"/>: the name of then; null where the key never had another.</summary>
    public string? Before(string path) => Find(path, name => name.Now, name => name.Then);

    /// <summary>Gives what a file states under a name of then the name of now, unless that is stated, too.</summary>
    public void Apply(ConfigNode root)
    {
        foreach (var (then, now) in Names)
        {
            Move(root, then.Split('.'), now.Split('.'), 0);
        }
    }

    private static void Move(ConfigNode node, string[] then, string[] now, int at)
    {
        if (then[at] == now[at] && at < then.Length - 1)
        {
            foreach (
                var below in then[at] == "N" ? node.Items
                : node.Member(then[at]) is { } member ? [member]
                : []
            )
            {
                Move(below, then, now, at + 1);
            }

            return;
        }

        var from = then[at..^1].Aggregate((ConfigNode?)node, (parent, name) => parent?.Member(name));
        if (from?.Member(then[^1]) is not { } value)
        {
            return;
        }

        var target = node;
        foreach (string name in now[at..^1])
        {
            if (target.Member(name) is null)
            {
                target.Set(name, new ConfigNode(JsonValueKind.Object, value.Place));
            }

            target = target.Member(name)!;
        }

        if (target.Kind == JsonValueKind.Object && target.Member(now[^1]) is null)
        {
            target.Set(now[^1], value);
            from.Remove(then[^1]);
        }
    }

    private string? Find(string path, Func<(string Then, string Now), string> from, Func<(string Then, string Now), string> to)
    {
        string general = Place().Replace(path, ".N");
        int found = Names.ToList().FindIndex(name => from(name) == general);
        if (found < 0)
        {
            return null;
        }

        var places = new Queue<string>(Place().Matches(path).Select(place => place.Value));
        return General().Replace(to(Names[found]), place => places.TryDequeue(out string? stated) ? stated : place.Value);
    }

    [GeneratedRegex(@"\.[0-9]+(?=\.|$)")]
    private static partial Regex Place();

    [GeneratedRegex(@"\.N(?=\.|$)")]
    private static partial Regex General();
}
