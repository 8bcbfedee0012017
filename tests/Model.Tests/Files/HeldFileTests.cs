using System.Diagnostics;
using Cppo.Model.Files;

namespace Cppo.Model.Tests.Files;

public class HeldFileTests
{
    [Fact]
    public void A_second_holder_is_refused_until_the_first_lets_go()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("run.lock");
        using (var held = HeldFile.Take(path))
        {
            Assert.True(FileFault.IsInUse(Assert.Throws<IOException>(() => HeldFile.Take(path))));
            held.Sign();
            Assert.True(held.IsInPlace());

            // Looking does not let go.
            Assert.Throws<IOException>(() => HeldFile.Take(path));
        }

        string signed = File.ReadAllText(path);
        using (HeldFile.Take(path)) { }

        Assert.Equal(signed, File.ReadAllText(path));
        using var next = HeldFile.Take(path);
        next.Sign();
        Assert.True(next.IsInPlace());
    }

    [Fact]
    public void Another_process_is_refused_as_well()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("run.lock");
        using (HeldFile.Take(path))
        {
            Assert.Equal(OperatingSystem.IsLinux() ? 1 : 0, TakeElsewhere(path));
        }

        Assert.Equal(0, TakeElsewhere(path));

        // The program flock, which Linux has, asks for the file's lock and says whether it had it.
        static int TakeElsewhere(string path)
        {
            if (!OperatingSystem.IsLinux())
            {
                return 0;
            }

            using var other = Process.Start("flock", ["--nonblock", path, "true"]);
            other.WaitForExit();
            return other.ExitCode;
        }
    }

    [Fact]
    public void A_holder_sees_that_its_file_was_removed_moved_or_replaced()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("run.lock");
        using var held = HeldFile.Take(path);
        held.Sign();
        File.Move(path, path + ".moved");
        Assert.False(held.IsInPlace());
        File.Move(path + ".moved", path);
        Assert.True(held.IsInPlace());
        File.Delete(path);
        Assert.False(held.IsInPlace());
        using var other = HeldFile.Take(path);
        other.Sign();
        Assert.Equal((false, true), (held.IsInPlace(), other.IsInPlace()));
    }
}
