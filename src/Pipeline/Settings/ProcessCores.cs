using System.Globalization;
using System.Numerics;

namespace Cppo.Pipeline.Settings;

/// <summary>
/// The cores that a process computes with where the configuration states none: those it may use, divided among the processes that a
/// launcher started on this machine.
/// </summary>
/// <param name="Allowed">Cores that .NET counts: those of the process's binding, within its quota.</param>
/// <param name="Bound">Cores that the process is bound to; as many as <paramref name="Online"/> where it is not.</param>
/// <param name="Online">Cores of the machine.</param>
/// <param name="Processes">Processes of the launcher on this machine, this one among them.</param>
internal sealed record ProcessCores(int Allowed, int Bound, int Online, int Processes)
{
    private const string StatusFile = "/proc/self/status";
    private const string OnlineFile = "/sys/devices/system/cpu/online";

    /// <summary>What each launcher calls the number of its processes on one machine; SLURM says 2(x3) of three machines alike.</summary>
    private static readonly string[] Variables = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS", "SLURM_STEP_TASKS_PER_NODE"];

    /// <summary>Of this process.</summary>
    public static ProcessCores Own { get; } = Read(Environment.GetEnvironmentVariable);

    /// <summary>
    /// Cores to compute with, at least 1. A binding may be a core of one's own or a socket that several share, so that a fair share of the
    /// machine counts then, as far as the binding reaches.
    /// </summary>
    public int Count => Math.Max(1, Bound < Online ? Math.Min(Allowed, Online / Processes) : Allowed / Processes);

    /// <summary>A warning where the launcher leaves each process one core of several; null elsewhere.</summary>
    public string? Warning =>
        Processes > 1 && Bound == 1 && Online / Processes > 1
            ? $"warning: the launcher binds each process to one core, where its share of {Online} would be {Online / Processes}; "
                + "mpirun --bind-to none, or srun --cpu-bind=none, leaves all to all"
            : null;

    /// <summary>Of this process, with the launcher's variables.</summary>
    public static ProcessCores Read(Func<string, string?> environment)
    {
        int allowed = Environment.ProcessorCount;
        int online = OperatingSystem.IsLinux() ? CountOnline(Text(OnlineFile)) : 0;
        int bound = OperatingSystem.IsLinux() ? CountAllowed(Text(StatusFile)) : 0;
        return new(allowed, bound > 0 ? bound : allowed, online > 0 && bound > 0 ? online : allowed, ProcessesOf(environment));
    }

    /// <summary>Processes of the launcher on this machine; 1 without one.</summary>
    public static int ProcessesOf(Func<string, string?> environment) =>
        Variables
            .Select(variable => (environment(variable) ?? "").Split('(', ',')[0])
            .Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
            .FirstOrDefault(number => number > 0, 1);

    /// <summary>Cores in a list such as <c>0-3,8-11</c>; 0 where it is none.</summary>
    public static int CountOnline(string list)
    {
        int count = 0;
        foreach (string part in list.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = part.Split('-');
            if (!int.TryParse(ends[0], out int first) || !int.TryParse(ends[^1], out int last))
            {
                return 0;
            }

            count += last - first + 1;
        }

        return count;
    }

    /// <summary>Cores in the mask of <c>/proc/self/status</c>, such as <c>ff,00000003</c>; 0 where there is none.</summary>
    public static int CountAllowed(string status)
    {
        const string Key = "Cpus_allowed:";
        string? line = status.Split('\n').FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal));
        return line is null
            ? 0
            : line[Key.Length..]
                .Where(char.IsAsciiHexDigit)
                .Sum(digit => BitOperations.PopCount(uint.Parse([digit], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
    }

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
