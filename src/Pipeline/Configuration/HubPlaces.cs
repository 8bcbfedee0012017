using System.Text.Json;
using Cppo.Model.Files;
using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// Names of the hub in the place of paths. A configuration that was read has the paths that the cache has for them; one that is written has
/// the names again, each with its commit, so that a run goes on with the revision that it began with.
/// </summary>
internal static class HubPlaces
{
    private const string RunFile = "config.json";
    private const int MostBytes = 1 << 24;

    private static readonly PathKey[] Keys =
    [
        new("model.path", HubKind.Model, "", c => c.Model.Path, (c, path) => c with { Model = c.Model with { Path = path } }),
        new(
            "model.tokenizerPath",
            HubKind.Model,
            "",
            c => c.Model.TokenizerPath,
            (c, path) => c with { Model = c.Model with { TokenizerPath = path } }
        ),
        new(
            "model.reference.path",
            HubKind.Model,
            "",
            c => c.Model.Reference.Path,
            (c, path) => c with { Model = c.Model with { Reference = c.Model.Reference with { Path = path } } }
        ),
        new(
            "data.train.path",
            HubKind.Dataset,
            "train",
            c => c.Data.Train.Path,
            (c, path) => c with { Data = c.Data with { Train = c.Data.Train with { Path = path } } }
        ),
        new(
            "data.test.path",
            HubKind.Dataset,
            "test",
            c => c.Data.Test.Path,
            (c, path) => c with { Data = c.Data with { Test = c.Data.Test with { Path = path } } }
        ),
    ];

    /// <summary>The configuration with the cache's paths for names; a name that the cache has nothing for stays.</summary>
    public static PipelineConfig Located(PipelineConfig config)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        Lazy<JsonElement?> recorded = new(() => config.Run.Resume ? RecordedOf(config) : null);
        foreach (var key in Keys)
        {
            if (HubPlace.NameOf(key.Get(config), key.Kind) is not { } name || name.Kind != key.Kind)
            {
                continue;
            }

            var wanted = name.Revision is null && Recorded(recorded.Value, key) is { } before && Means(name, before) ? before : name;
            if (HubPlace.Find(wanted, key.Split) is { } found)
            {
                names[found.Path] = found.Name.ToString();
                config = key.With(config, found.Path);
            }
            else if (wanted != name)
            {
                config = key.With(config, wanted.ToString());
            }
        }

        return names.Count == 0 ? config : config with { HubNames = names };
    }

    /// <summary>The configuration with names for the paths that <see cref="Located"/> put in their places.</summary>
    public static PipelineConfig Named(PipelineConfig config) =>
        config.HubNames.Count == 0
            ? config
            : Keys.Aggregate(
                config,
                (named, key) => config.HubNames.TryGetValue(key.Get(config), out string? name) ? key.With(named, name) : named
            );

    /// <summary>A path as the user may know it: the hub's name of it, where it has one.</summary>
    public static string Shown(PipelineConfig config, string path) => config.HubNames.GetValueOrDefault(path, path);

    /// <summary>What the run that is continued has recorded for a key.</summary>
    private static HubName? Recorded(JsonElement? run, PathKey key)
    {
        var at = run;
        foreach (string part in key.Name.Split('.'))
        {
            at = at is { ValueKind: JsonValueKind.Object } section && section.TryGetProperty(part, out var value) ? value : null;
        }

        return at is { ValueKind: JsonValueKind.String } text ? HubName.Parse(text.GetString()!, key.Kind, out _) : null;
    }

    /// <summary>Whether what a run has recorded is what is named now, at the revision of then.</summary>
    private static bool Means(HubName name, HubName before) =>
        before.IsPinned && before.Kind == name.Kind && before.Id == name.Id && (name.Inside.Length == 0 || name.Inside == before.Inside);

    /// <summary>The file of the run to be continued; whether that can be is said elsewhere.</summary>
    private static JsonElement? RecordedOf(PipelineConfig config)
    {
        try
        {
            byte[] utf8 = InputFile.ReadBytes(Path.Combine(config.Run.Directory, config.Run.Name, RunFile), MostBytes);
            using var json = JsonDocument.Parse(utf8);
            return json.RootElement.Clone();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A key whose value is a path.</summary>
    private sealed record PathKey(
        string Name,
        HubKind Kind,
        string Split,
        Func<PipelineConfig, string> Get,
        Func<PipelineConfig, string, PipelineConfig> With
    );
}
