using System.Globalization;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Configuration;

/// <summary>The combinations of keys under <c>reward</c> that no run can satisfy.</summary>
internal static class RewardRules
{
    /// <summary>Header fields that hold secrets.</summary>
    private static readonly string[] Secret = ["Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key", "Api-Key"];

    /// <summary>Bounds of the rewards, and of those by length.</summary>
    public static ConfigRule[] Lengths { get; } =
    [
        new(
            ["reward.lowest", "reward.highest"],
            c =>
                c.Reward.Lowest >= c.Reward.Highest
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"is {c.Reward.Lowest}, which leaves no value below reward.highest = {c.Reward.Highest}; give less than that"
                    )
                    : null
        ),
        new(
            ["reward.cosineMinValueCorrect", "reward.cosineMaxValueCorrect"],
            c =>
                c.Reward.CosineMinValueCorrect > c.Reward.CosineMaxValueCorrect
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"is {c.Reward.CosineMinValueCorrect}, above reward.cosineMaxValueCorrect = {c.Reward.CosineMaxValueCorrect}; give "
                            + $"at most that"
                    )
                    : null
        ),
        new(
            ["reward.cosineMinValueWrong", "reward.cosineMaxValueWrong"],
            c =>
                c.Reward.CosineMinValueWrong > c.Reward.CosineMaxValueWrong
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"is {c.Reward.CosineMinValueWrong}, above reward.cosineMaxValueWrong = {c.Reward.CosineMaxValueWrong}; give at "
                            + $"most that"
                    )
                    : null
        ),
        new(
            ["reward.cosineMaxValueWrong", "reward.cosineMinValueCorrect"],
            c =>
                c.Reward.CosineMaxValueWrong > c.Reward.CosineMinValueCorrect
                    ? string.Create(
                        CultureInfo.InvariantCulture,
                        $"is {c.Reward.CosineMaxValueWrong}, above reward.cosineMinValueCorrect = {c.Reward.CosineMinValueCorrect}, so a "
                            + $"wrong answer could earn more than a right one; give at most that"
                    )
                    : null
        ),
        new(
            ["reward.overlongCache", "reward.overlongMaxLength", "rollout.maxNewTokens"],
            c =>
                c.Reward.OverlongCache > (c.Reward.OverlongMaxLength ?? c.Rollout.MaxNewTokens)
                    ? $"is {c.Reward.OverlongCache}, more than {LargestLength(c)}, so that even an empty completion would be punished; "
                        + "give at most that"
                    : null
        ),
    ];

    /// <summary>Rules about each reward of a configuration.</summary>
    public static IEnumerable<ConfigRule> Parts(PipelineConfig config) =>
        config.Reward.Parts.SelectMany((_, index) => Part(config.Reward.Parts, index));

    private static ConfigRule[] Part(RewardPartConfig[] parts, int index)
    {
        var part = parts[index];
        return
        [
            new([Key(index, "name"), Key(index, "assembly"), Key(index, "url")], _ => Name(parts, index)),
            new(
                [Key(index, "assembly"), Key(index, "url")],
                _ =>
                    part is { Assembly.Length: > 0, Url.Length: > 0 }
                        ? "is stated together with url; a reward is computed by one of them, so remove the other"
                        : null
            ),
            new(
                [Key(index, "type"), Key(index, "assembly")],
                _ =>
                    part is { Type.Length: > 0, Assembly.Length: 0 }
                        ? $"is {part.Type}, but no assembly is stated that holds it; state assembly too, or remove type"
                        : null
            ),
            new([Key(index, "url")], _ => part.Url.Length > 0 ? Url(part.Url) : null),
            new([Key(index, "headers"), Key(index, "url")], _ => Header(part)),
            .. OnlyWithUrl(part)
                .Select(stated => new ConfigRule(
                    [Key(index, stated), Key(index, "url")],
                    _ => $"belongs to a reward that a server computes, but no url is stated; state url too, or remove {stated}"
                )),
        ];
    }

    private static string Key(int index, string name) => $"reward.parts.{index}.{name}";

    private static string? Name(RewardPartConfig[] parts, int index)
    {
        var part = parts[index];
        string column = RewardColumn.SnakeCase(part.Name);
        if (Array.FindIndex(parts, other => RewardColumn.SnakeCase(other.Name) == column) is var first && first < index)
        {
            return parts[first].Name == part.Name
                ? $"is {part.Name}, as {Key(first, "name")} is; state each reward once, with its weight"
                : $"is {part.Name}, whose column reward_{column} would be that of {Key(first, "name")} = {parts[first].Name}; give it "
                    + $"another name";
        }

        if (!part.IsCustom)
        {
            return BuiltInRewards.table.Names.Contains(part.Name)
                ? null
                : $"\"{part.Name}\" is no reward of the program; {Guess(part.Name)}"
                    + $" one of {string.Join(", ", BuiltInRewards.table.Names)}, or state assembly or url for one of your own";
        }

        return BuiltInRewards.table.Names.Any(name => RewardColumn.SnakeCase(name) == column)
                ? $"is {part.Name}, a reward of the program, but {(part.Url.Length > 0 ? "url" : "assembly")} is stated; give your reward "
                    + $"another name"
            : column == "reason" ? "is reason, whose column would be reward_reason, which holds the reasons; give your reward another name"
            : null;
    }

    private static string? Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            return $"\"{AddressText.WithoutQuery(text)}\" is no http or https address; write e.g. http://localhost:8000/score";
        }

        return url.UserInfo.Length > 0
            ? "holds a user or password, which would stand in config.json; use headers, e.g. { \"Authorization\": \"env:NAME\" }"
            : null;
    }

    private static string? Header(RewardPartConfig part)
    {
        if (part.Headers.Count == 0)
        {
            return null;
        }

        if (part.Url.Length == 0)
        {
            return "belongs to a reward that a server computes, but no url is stated; state url too, or remove headers";
        }

        using var probe = new HttpRequestMessage();
        string? bad = part.Headers.Keys.FirstOrDefault(name =>
            name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || !probe.Headers.TryAddWithoutValidation(name, "x")
        );
        if (
            part
                .Headers.FirstOrDefault(header =>
                    Secret.Contains(header.Key, StringComparer.OrdinalIgnoreCase)
                    && !header.Value.Contains("env:", StringComparison.Ordinal)
                )
                .Key is
            { } secret
        )
        {
            return $"states {secret} itself, which would stand in config.json; take it from the environment, e.g. \"env:NAME\" or \"Bearer "
                + $"env:NAME\"";
        }

        return bad is null ? null : $"has \"{bad}\", which is no header field of a request that can be set; correct or remove it";
    }

    private static IEnumerable<string> OnlyWithUrl(RewardPartConfig part) =>
        part.Url.Length > 0
            ? []
            : new (string Name, bool IsStated)[]
            {
                ("timeoutSeconds", part.TimeoutSeconds is not null),
                ("retries", part.Retries is not null),
                ("batch", part.Batch is not null),
                ("concurrency", part.Concurrency is not null),
            }
                .Where(key => key.IsStated)
                .Select(key => key.Name);

    private static string Guess(string name) =>
        NearestName.Of(name, BuiltInRewards.table.Names) is { } nearest ? $"did you mean \"{nearest}\"? Give" : "give";

    private static string LargestLength(PipelineConfig config) =>
        config.Reward.OverlongMaxLength is { } length
            ? $"reward.overlongMaxLength = {length}"
            : $"rollout.maxNewTokens = {config.Rollout.MaxNewTokens}";
}
