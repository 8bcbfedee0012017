using System.Diagnostics;

namespace Cppo.Pipeline.Tests.Distributed;

/// <summary>
/// Two network namespaces that stand for two hosts: each has an address of its own at one end of a link, a name, and nothing else in
/// common but the disk. Launchers run in the first one and start what the second one is to run by a script in the place of ssh.
/// </summary>
internal sealed class TwoHosts : IDisposable
{
    private const string Device = "cppo0";
    private const string FirstAddress = "10.77.1.1";
    private const string SecondAddress = "10.77.1.2";

    private readonly string first = $"cppo-{Environment.ProcessId}-first";
    private readonly string second = $"cppo-{Environment.ProcessId}-second";
    private readonly string agent;

    /// <param name="directory">Where the script goes.</param>
    public TwoHosts(string directory)
    {
        agent = Path.Combine(directory, "agent.sh");
        foreach (string name in new[] { first, second })
        {
            Run("ip", "netns", "add", name);
        }

        Run("ip", "link", "add", Device, "netns", first, "type", "veth", "peer", "name", Device, "netns", second);
        foreach (var (name, address) in new[] { (first, FirstAddress), (second, SecondAddress) })
        {
            Run("ip", "-n", name, "addr", "add", $"{address}/24", "dev", Device);
            Run("ip", "-n", name, "link", "set", "lo", "up");
            Run("ip", "-n", name, "link", "set", Device, "up");
        }

        // Libraries that look before the link has come up do not see it.
        foreach (string name in new[] { first, second })
        {
            while (Run("ip", "netns", "exec", name, "cat", $"/sys/class/net/{Device}/operstate").Trim() != "up")
            {
                Thread.Sleep(10);
            }
        }

        // As ssh is called: options, the host, and the words of a command for its shell. Both launchers give ssh no option with a value.
        File.WriteAllText(
            agent,
            $"""
            #!/bin/sh
            while [ "$1" != {SecondAddress} ]; do shift; done
            shift
            exec ip netns exec {second} unshare --uts sh -c 'hostname {second}; exec sh -c "$0"' "$*"
            """
        );
        Run("chmod", "700", agent);
    }

    /// <summary>Why there can be none here; null: there can.</summary>
    public static string? Unavailable { get; } = Probe();

    /// <summary>Names of the two hosts, as their ranks say them.</summary>
    public (string First, string Second) Names => (first, second);

    /// <summary>Bytes that the first host has sent over the link.</summary>
    public long Sent =>
        long.Parse(
            Run("ip", "netns", "exec", first, "cat", $"/sys/class/net/{Device}/statistics/tx_bytes"),
            System.Globalization.CultureInfo.InvariantCulture
        );

    /// <summary>All processes on both hosts.</summary>
    public int[] Processes =>
        [
            .. new[] { first, second }
                .SelectMany(name => Run("ip", "netns", "pids", name).Split('\n', StringSplitOptions.RemoveEmptyEntries))
                .Select(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture)),
        ];

    /// <summary>Variables that keep a library to the link: both namespaces share memory, by which ranks of one host speak.</summary>
    public static (string Name, string Value)[] VariablesOf(string family) =>
        family == Launchers.Mpich ? [("UCX_TLS", "tcp,self"), ("UCX_NET_DEVICES", Device)] : [];

    /// <summary>What stands before a program that one rank on each host is to run.</summary>
    public string[] Launcher(string family) =>
        [
            .. new[] { "ip", "netns", "exec", first, "unshare", "--uts", "sh", "-c", $"hostname {first}; exec \"$@\"", "sh" },
            Launchers.CommandOf(family),
            .. family == Launchers.OpenMpi
                ? new[]
                {
                    "--bind-to",
                    "none",
                    "--mca",
                    "plm_rsh_agent",
                    agent,
                    "--mca",
                    "pml",
                    "ob1",
                    "--mca",
                    "btl",
                    "tcp,self",
                    "--mca",
                    "btl_tcp_if_include",
                    Device,
                    "--mca",
                    "oob_tcp_if_include",
                    Device,
                    "--host",
                    $"{FirstAddress}:1,{SecondAddress}:1",
                }
                : ["-launcher", "ssh", "-launcher-exec", agent, "-iface", Device, "-hosts", $"{FirstAddress}:1,{SecondAddress}:1"],
            "-n",
            "2",
        ];

    /// <summary>Takes the link down.</summary>
    public void Cut() => Run("ip", "-n", first, "link", "set", Device, "down");

    /// <summary>Kills all processes on both hosts.</summary>
    public void KillAll() => Launchers.Kill(Processes);

    public void Dispose()
    {
        KillAll();
        Run("ip", "netns", "del", first);
        Run("ip", "netns", "del", second);
    }

    private static string? Probe()
    {
        string name = $"cppo-{Environment.ProcessId}-probe";
        try
        {
            Run("ip", "netns", "add", name);
            Run("ip", "netns", "exec", name, "unshare", "--uts", "hostname", name);
            Run("ip", "netns", "del", name);
            return null;
        }
        catch (Exception refusal) when (refusal is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"Network namespaces cannot be made here: {refusal.Message}";
        }
    }

    /// <summary>Runs a command of the system; what it writes.</summary>
    private static string Run(params string[] line)
    {
        using var process = Process.Start(
            new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{string.Join(' ', line)} gave {process.ExitCode}: {error.Trim()}");
    }
}
