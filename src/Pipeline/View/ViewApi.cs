using System.Globalization;
using Cppo.Pipeline.Browse;

namespace Cppo.Pipeline.View;

/// <summary>The answer to a request.</summary>
/// <param name="Bytes">The body.</param>
/// <param name="Type">Its media type.</param>
internal sealed record ViewAnswer(byte[] Bytes, string Type)
{
    public static ViewAnswer Json(byte[] bytes) => new(bytes, "application/json; charset=utf-8");
}

/// <summary>What is answered under which path; docs/view.md has each.</summary>
internal sealed class ViewApi(RunCatalogue catalogue, PageBundle bundle) : IAsyncDisposable
{
    private const int MostCompared = 16;
    private const int MostSeries = 100;
    private readonly GroupStore store = new(catalogue);

    /// <summary>Answers.</summary>
    /// <param name="path">As it was sent, still encoded, so that an encoded slash is no slash.</param>
    /// <param name="query">What follows the question mark.</param>
    /// <param name="cancel">Whoever asked has gone.</param>
    /// <exception cref="RequestFault">It cannot be answered.</exception>
    public async Task<ViewAnswer> AnswerAsync(string path, string? query, CancellationToken cancel)
    {
        string[] parts = [.. path.Split('/').Skip(1).Select(Uri.UnescapeDataString)];
        if (parts is not ["api", ..])
        {
            return Page(string.Join('/', parts));
        }

        var asked = new RequestQuery(query);
        byte[] answer = parts[1..] switch
        {
            ["runs"] => End(asked, () => RunAnswers.List(catalogue)),
            ["state"] => End(asked, () => RunAnswers.States(catalogue)),
            ["differences"] => Differences(asked),
            ["sweeps", var sweep] => End(asked, () => (catalogue.Sweep(sweep) ?? throw RequestFault.Unknown("such sweep")).Answer()),
            ["runs", var run] => End(asked, () => RunAnswers.Details(Run(run))),
            ["runs", var run, "metrics"] => Metrics(Run(run), asked),
            ["runs", var run, "evaluations"] => End(asked, () => RunAnswers.Evaluations(Run(run))),
            ["runs", var run, "timeline"] => Timeline(Run(run), asked),
            ["runs", var run, "groups"] => await new GroupLists(store).PageAsync(Run(run), GroupFilter.Of(asked), cancel),
            ["runs", var run, "groups", var group] => await GroupAsync(Run(run), group, asked, cancel),
            ["runs", var run, "groups", var group, "others"] => await OthersAsync(Run(run), group, asked, cancel),
            _ => throw RequestFault.Unknown("such address"),
        };
        return ViewAnswer.Json(answer);
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private ViewAnswer Page(string path)
    {
        var file = bundle.Find(path.Length == 0 ? PageBundle.Index : path) ?? throw RequestFault.Unknown("such page");
        return new ViewAnswer(file.Bytes, file.Type);
    }

    private BrowsedRun Run(string id) => catalogue.Run(id) ?? throw RequestFault.Unknown("such run");

    private static byte[] End(RequestQuery query, Func<byte[]> answer)
    {
        query.End();
        return answer();
    }

    private byte[] Differences(RequestQuery query)
    {
        BrowsedRun[] runs = [.. query.All("run", MostCompared).Select(Run).Distinct()];
        query.End();
        return runs.Length >= 2
            ? RunAnswers.Differences(runs)
            : throw new RequestFault(400, $"run must name 2 to {MostCompared} different runs.");
    }

    private static byte[] Metrics(BrowsedRun run, RequestQuery query)
    {
        int from = query.Whole("from", 0, int.MaxValue) ?? 0;
        string[] keys = query.All("key", MostSeries);
        return End(query, () => RunAnswers.Metrics(run, from, keys));
    }

    private static byte[] Timeline(BrowsedRun run, RequestQuery query)
    {
        int? from = query.Whole("from", 0, int.MaxValue);
        int count = query.Whole("count", 1, 200) ?? 20;
        return End(query, () => TimelineAnswer.Of(run, from, count));
    }

    private async Task<byte[]> GroupAsync(BrowsedRun run, string group, RequestQuery query, CancellationToken cancel)
    {
        query.End();
        var (step, place) = Parse(group);
        return await new GroupReader(store).AnswerAsync(run, step, place, cancel);
    }

    private async Task<byte[]> OthersAsync(BrowsedRun run, string group, RequestQuery query, CancellationToken cancel)
    {
        int limit = query.Whole("limit", 1, 200) ?? 50;
        query.End();
        var (step, place) = Parse(group);
        return await new GroupLists(store).OthersAsync(run, step, place, limit, cancel);
    }

    private static (int Step, int Place) Parse(string group) =>
        group.Split('.') is [var step, var place]
        && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int stepNumber)
        && int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out int placeNumber)
            ? (stepNumber, placeNumber)
            : throw RequestFault.Unknown("such group");
}
