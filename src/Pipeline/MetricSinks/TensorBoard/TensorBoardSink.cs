using Cppo.Pipeline.Graph;

namespace Cppo.Pipeline.MetricSinks.TensorBoard;

/// <summary>What event files say of a run beside its numbers.</summary>
/// <param name="Directory">Where they lie.</param>
/// <param name="FirstStep">The first update of this part of the run.</param>
/// <param name="ConfigJson">The configuration.</param>
/// <param name="Kept">Lines of that step or later that earlier parts of the run wrote and that are not made again.</param>
internal sealed record EventSettings(string Directory, int FirstStep, string ConfigJson, IReadOnlyList<MetricLine> Kept);

/// <summary>
/// Event files of TensorBoard: one for each part of a run, which makes those before it end at its first update. Tags are
/// <c>update/reward_mean</c>, <c>update/busy_seconds/generate</c>, <c>evaluation/accuracy</c>.
/// </summary>
internal sealed class TensorBoardSink(EventSettings settings) : IMetricSink
{
    /// <summary>The tag of the configuration.</summary>
    public const string ConfigTag = "config";

    private EventFile? file;
    private bool hasBegun;

    /// <inheritdoc/>
    public string Name => "tensorBoard";

    /// <inheritdoc/>
    public bool TakesTraces => false;

    /// <inheritdoc/>
    public TimeSpan Rest => TimeSpan.Zero;

    /// <inheritdoc/>
    public void Write(MetricLine line)
    {
        Begin(line.Time);
        WriteLine(line);
    }

    /// <inheritdoc/>
    public void Write(BatchTrace trace) { }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    /// <summary>The tag of a number.</summary>
    internal static string TagOf(MetricLine line, MetricValue value) =>
        value.Part is null ? $"{line.Prefix}/{value.Name}" : $"{line.Prefix}/{value.Name}/{value.Part}";

    private static double Seconds(DateTimeOffset moment) => (moment - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>A text that Markdown shows as it is: a block of code, by four spaces before each line.</summary>
    private static string AsCode(string text) => string.Join('\n', text.TrimEnd().Split('\n').Select(line => "    " + line));

    /// <summary>Makes the file and writes what comes before all numbers; where that failed, the next line tries it again.</summary>
    private void Begin(DateTimeOffset now)
    {
        if (hasBegun)
        {
            return;
        }

        file ??= EventFile.Create(settings.Directory, now);
        file.Restart();
        file.Write(EventMessages.FileVersion(Seconds(now)));
        file.Write(EventMessages.Start(Seconds(now), settings.FirstStep));
        file.Write(EventMessages.Markdown(Seconds(now), settings.FirstStep, ConfigTag, AsCode(settings.ConfigJson)));
        foreach (var kept in settings.Kept)
        {
            WriteLine(kept);
        }

        hasBegun = true;
    }

    private void WriteLine(MetricLine line) =>
        file!.Write(
            EventMessages.Scalars(Seconds(line.Time), line.Step, line.Values.Select(value => (TagOf(line, value), (float)value.Value)))
        );
}
