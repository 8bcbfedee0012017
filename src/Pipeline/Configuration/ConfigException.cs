namespace Cppo.Pipeline.Configuration;

/// <summary>The configuration cannot be used; the message has one line for each fault.</summary>
internal sealed class ConfigException : Exception
{
    private const int MostLines = 100;

    public ConfigException(IEnumerable<ConfigFault> faults)
        : this(InReadingOrder(faults)) { }

    /// <summary>One fault that shows only when the configuration is put to use; the message names the key.</summary>
    public ConfigException(string message)
        : this([new ConfigFault("", ConfigPlace.Default, message)]) { }

    private ConfigException(ConfigFault[] faults)
        : base(string.Join(Environment.NewLine, Lines(faults))) => Faults = faults;

    /// <summary>
    /// All faults, at least one: by line, then those of options, then those of the file as a whole, such as those between defaults.
    /// </summary>
    public IReadOnlyList<ConfigFault> Faults { get; }

    private static IEnumerable<string> Lines(ConfigFault[] faults)
    {
        var lines = faults.Take(MostLines).Select(fault => fault.ToString());
        return faults.Length > MostLines ? lines.Append($"and {faults.Length - MostLines} further faults") : lines;
    }

    private static ConfigFault[] InReadingOrder(IEnumerable<ConfigFault> faults) =>
        [
            .. faults
                .OrderBy(fault =>
                    fault.Place.Line > 0 ? 0
                    : fault.Place.Option.Length > 0 ? 1
                    : 2
                )
                .ThenBy(fault => fault.Place.Line)
                .ThenBy(fault => fault.Place.Column)
                .ThenBy(fault => fault.Place.Order),
        ];
}
