using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Sweep.Definition;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>Faults of a sweep's cells, each told once, at the place in the sweep's file where there is one.</summary>
/// <param name="file">The sweep.</param>
/// <param name="numMethods">What all methods have in common needs no method's name.</param>
internal sealed class CellFaults(SweepFile file, int numMethods)
{
    private readonly List<(ConfigFault Fault, string Method)> found = [];

    /// <summary>The faults, with the names of the methods that have them where not all do.</summary>
    public IReadOnlyList<ConfigFault> All =>
        [
            .. found
                .GroupBy(each => each.Fault.ToString(), each => each)
                .Select(same => (same.First().Fault, Methods: same.Select(each => each.Method).Distinct().ToArray()))
                .Select(each =>
                    each.Methods.Length == numMethods || each.Fault.Place.File == file.Path
                        ? each.Fault
                        : each.Fault with
                        {
                            Message = $"{each.Fault.Message} ({string.Join("; ", each.Methods)})",
                        }
                ),
        ];

    /// <summary>Adds faults of a method's cell.</summary>
    public void Add(SweepMethod method, IEnumerable<ConfigFault> faults) =>
        found.AddRange(faults.Select(fault => (Placed(fault), method.Name)));

    /// <summary>A fault of an option that the sweep states has its place in the sweep's file.</summary>
    private ConfigFault Placed(ConfigFault fault)
    {
        string option = fault.Place.Option.StartsWith("--set ", StringComparison.Ordinal) ? fault.Place.Option[6..] : "";
        string? key = option.Length == 0 ? null : KeyOf(option);
        return key is null ? fault : fault with { Place = file.Fault(key, "").Place };
    }

    /// <summary>The key of the sweep's file that states an option.</summary>
    private string? KeyOf(string option)
    {
        var sweep = file.Config;
        int own = Array.IndexOf(sweep.Set, option);
        if (own >= 0)
        {
            return $"set.{own}";
        }

        for (int axis = 0; axis < sweep.Axes.Length; axis++)
        {
            if (sweep.Axes[axis].Key.Length > 0 && option.StartsWith($"{sweep.Axes[axis].Key}=", StringComparison.Ordinal))
            {
                return $"axes.{axis}.key";
            }

            for (int point = 0; point < sweep.Axes[axis].Points.Length; point++)
            {
                int at = Array.IndexOf(sweep.Axes[axis].Points[point].Set, option);
                if (at >= 0)
                {
                    return $"axes.{axis}.points.{point}.set.{at}";
                }
            }
        }

        for (int test = 0; test < sweep.Tests.Length; test++)
        {
            int at = Array.IndexOf(sweep.Tests[test].Set, option);
            if (at >= 0)
            {
                return $"tests.{test}.set.{at}";
            }
        }

        return null;
    }
}
