namespace Cppo.Packages.Tests.Api;

/// <summary>What <c>make api</c> runs: writes the baselines anew and says what changed. `dotnet test` does not come here.</summary>
internal static class ApiProgram
{
    private static int Main()
    {
        foreach (var package in ApiPackage.All)
        {
            string before = File.Exists(package.BaselinePath) ? File.ReadAllText(package.BaselinePath) : "";
            string now = package.Text();
            if (before == now)
            {
                continue;
            }

            File.WriteAllText(package.BaselinePath, now);
            var difference = ApiDifference.Of(before, now);
            Console.WriteLine($"docs/api/{package.Name}.txt: {difference.Gone.Count} gone, {difference.New.Count} new");
        }

        return 0;
    }
}
