using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Cppo.Pipeline.View;

/// <summary>
/// The parameters of a request, each bounded: what nobody asks for (<see cref="End"/>), what is too long, out of its range or stated twice
/// is refused.
/// </summary>
internal sealed class RequestQuery
{
    /// <summary>UTF-16 units of a value.</summary>
    public const int MostLength = 200;

    /// <summary>Parameters of a request.</summary>
    private const int MostValues = 128;

    private readonly Dictionary<string, StringValues> values;
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);

    /// <summary>Takes what follows the question mark.</summary>
    public RequestQuery(string? text)
    {
        values = new Dictionary<string, StringValues>(QueryHelpers.ParseNullableQuery(text) ?? [], StringComparer.Ordinal);
        if (values.Values.Sum(each => each.Count) > MostValues)
        {
            throw new RequestFault(400, $"The request has more than {MostValues} parameters.");
        }

        foreach (var (name, all) in values)
        {
            if (name.Length > MostLength || all.Any(value => value?.Length > MostLength))
            {
                throw new RequestFault(400, $"A parameter is longer than {MostLength} characters.");
            }
        }
    }

    /// <summary>A list; empty where there is none.</summary>
    public string[] All(string name, int most)
    {
        asked.Add(name);
        string[] all = values.TryGetValue(name, out var stated) ? [.. stated.Select(value => value ?? "")] : [];
        return all.Length <= most ? all : throw new RequestFault(400, $"{name} is stated more than {most} times.");
    }

    /// <summary>A text; null where there is none.</summary>
    public string? Text(string name) => All(name, 1) is [var text] ? text : null;

    /// <summary>A whole number in a range; null where there is none.</summary>
    public int? Whole(string name, int least, int most) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
        && number >= least
        && number <= most
            ? number
        : throw new RequestFault(
            400,
            string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from {least} to {most}.")
        );

    /// <summary>A finite number; null where there is none.</summary>
    public double? Number(string name) =>
        Text(name) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number
        : throw new RequestFault(400, $"{name} must be a number.");

    /// <summary>Places of names in a table, as bits; null where none is stated.</summary>
    public int? Bits(string name, string[] table)
    {
        string[] stated = All(name, table.Length);
        if (stated.Length == 0)
        {
            return null;
        }

        int bits = 0;
        foreach (string value in stated)
        {
            int place = Array.IndexOf(table, value);
            bits |= place >= 0 ? 1 << place : throw new RequestFault(400, $"{name} must be one of {string.Join(", ", table)}.");
        }

        return bits;
    }

    /// <summary>Refuses parameters that nobody asked for.</summary>
    public void End()
    {
        if (values.Keys.Any(name => !asked.Contains(name)))
        {
            throw new RequestFault(400, $"The request has a parameter that is not known; there are {Names()}.");
        }
    }

    private string Names() => asked.Count == 0 ? "none" : string.Join(", ", asked.Order(StringComparer.Ordinal));
}
