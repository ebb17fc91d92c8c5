using System.Diagnostics;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>A folder of files scored by several processes that are killed.</summary>
[TestClass]
public class FolderScoringTests
{
    internal const string FolderVariable = "MLSEQGRAPH_TEST_SCORING";
    private const int Files = 60, Kills = 8;

    /// <summary>What the processes do: a file takes some milliseconds, and each leaves a line.</summary>
    internal static int Work(string folder, string database)
    {
        using var job = new FolderScoring("job", Path.Combine(folder, "in"), Path.Combine(folder, "out"), database);
        return job.Run((input, output) =>
        {
            using var writer = new StreamWriter(output, leaveOpen: true);
            foreach (var line in File.ReadLines(input))
            {
                writer.WriteLine(int.Parse(line) * 2);
                writer.Flush();
                Thread.Sleep(3);
            }
        }).Scored;
    }

    [TestMethod]
    public void After_kills_every_file_is_there_once_and_whole()
    {
        using var folder = new TemporaryFolder();
        AfterKills(folder.Path, folder.File("jobs.db"));
    }

    internal static void AfterKills(string folder, string database)
    {
        Make(folder, Files);
        var random = new Random(2);
        for (var kills = 0; kills < Kills; kills++)
        {
            Process[] two = [Start(folder, database), Start(folder, database)];
            // Wherever they are, once there is another file.
            var there = Outputs(folder);
            SpinWait.SpinUntil(() => Outputs(folder) > there || two.All(process => process.HasExited), TimeSpan.FromSeconds(30));
            Thread.Sleep(random.Next(60));
            foreach (var process in two)
            {
                process.Kill();
                process.WaitForExit();
                process.Dispose();
            }
        }
        var before = Outputs(folder);
        var scored = Work(folder, database);
        Console.WriteLine($"{before} files were there after the kills; the last process made {scored}");
        Assert.IsGreaterThan(0, before);
        // One may have been killed between the file and the word to the database.
        Assert.IsTrue(scored >= Files - before && scored <= Files - before + 2 * Kills, $"{scored}");
        Check(folder, Files);
        // Nothing is left to do, and nothing half written.
        Assert.AreEqual(0, Work(folder, database));
        Assert.HasCount(Files, Directory.GetFiles(Path.Combine(folder, "out")));
        File.Delete(Path.Combine(folder, "out", "part-07"));
        Assert.AreEqual(1, Work(folder, database), "an output that somebody deleted is made again");
    }

    [TestMethod]
    public void Two_workers_share_the_files()
    {
        using var folder = new TemporaryFolder();
        Make(folder.Path, 20);
        var scored = new int[2];
        Parallel.For(0, 2, worker => scored[worker] = Work(folder.Path, folder.File("jobs.db")));
        Assert.AreEqual(20, scored.Sum());
        Assert.IsTrue(scored.All(count => count > 0), string.Join(' ', scored));
        Check(folder.Path, 20);
    }

    [TestMethod]
    public void A_bad_file_is_named_and_the_others_are_scored()
    {
        using var folder = new TemporaryFolder();
        Make(folder.Path, 5);
        File.WriteAllText(Path.Combine(folder.Path, "in", "part-03"), "no number");
        using var job = new FolderScoring("job", folder.File("in"), folder.File("out"), folder.File("jobs.db"));
        var (scored, failed) = job.Run((input, output) => output.Write(BitConverter.GetBytes(int.Parse(File.ReadLines(input).First()))));
        Assert.AreEqual(4, scored);
        Assert.AreEqual("part-03", failed.Keys.Single());
        StringAssert.StartsWith(failed["part-03"], "FormatException: ");
        Assert.IsFalse(File.Exists(Path.Combine(folder.Path, "out", "part-03")));
        File.AppendAllText(Path.Combine(folder.Path, "in", "part-02"), "4\n");
        StringAssert.Contains(Assert.ThrowsExactly<StudyException>(() => new FolderScoring("job", folder.File("in"), folder.File("out"),
            folder.File("jobs.db"))).Message, "The file 'part-02' has ");
    }

    [TestMethod]
    public void What_is_canceled_or_can_t_be_written_is_left_to_others()
    {
        using var folder = new TemporaryFolder();
        Make(folder.Path, 4);
        using var job = new FolderScoring("job", folder.File("in"), folder.File("out"), folder.File("jobs.db"));
        void Copy(string input, Stream output) => output.Write(File.ReadAllBytes(input));
        using (var cancel = new CancellationTokenSource())
            Assert.ThrowsExactly<OperationCanceledException>(() => job.Run((input, output) =>
            {
                Copy(input, output);
                cancel.Cancel();
            }, cancel.Token));
        Assert.AreEqual(1, Outputs(folder.Path));
        using (var cancel = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(() => job.Run((_, _) =>
            {
                cancel.Cancel();
                cancel.Token.ThrowIfCancellationRequested();
            }, cancel.Token));
        // The folder is gone, as where a disk isn't there any more.
        Directory.Move(folder.File("out"), folder.File("away"));
        Assert.ThrowsExactly<IOException>(() => job.Run(Copy));
        Directory.Move(folder.File("away"), folder.File("out"));
        // The first one too, since its output wasn't there either.
        var (scored, failed) = job.Run(Copy);
        Assert.AreEqual((4, 0), (scored, failed.Count));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_disk_that_is_full_ends_the_work_and_is_no_file_s_failure(bool isSwallowed)
    {
        using var folder = new TemporaryFolder();
        Make(folder.Path, 3);
        void Copy(string input, Stream output)
        {
            try
            {
                output.Write(File.ReadAllBytes(input));
            }
            catch (IOException full)
            {
                if (!isSwallowed)
                    throw new InvalidOperationException("scoring broke", full);
            }
        }
        var room = 40;
        using (var job = new FolderScoring("job", folder.File("in"), folder.File("out"), folder.File("jobs.db"))
        {
            Wrap = stream => new SmallDisk(stream, () => room--),
        })
        {
            room = 1;
            var error = Assert.ThrowsExactly<IOException>(() => job.Run(Copy));
            Assert.Contains("part-01' can't be written: ", error.Message);
            Assert.Contains("No space left on device", error.Message);
        }
        using var again = new FolderScoring("job", folder.File("in"), folder.File("out"), folder.File("jobs.db"));
        var (scored, failed) = again.Run(Copy);
        Assert.AreEqual((2, 0), (scored, failed.Count));
    }

    [TestMethod]
    public void A_job_of_one_name_has_one_pair_of_folders()
    {
        using var folder = new TemporaryFolder();
        Make(folder.Path, 2);
        Directory.CreateDirectory(folder.File("other"));
        string Error(string inputs, string outputs) => Assert.ThrowsExactly<StudyException>(() => new FolderScoring("job",
            folder.File(inputs), folder.File(outputs), folder.File("jobs.db"))).Message;
        using (new FolderScoring("job", folder.File("in"), folder.File("out"), folder.File("jobs.db")))
        {
        }
        using (new FolderScoring("job", folder.File("in") + "/", folder.File("out/../out"), folder.File("jobs.db")))
        {
        }
        Assert.Contains($"The job 'job' began with the folders '{folder.File("in")}' and '{folder.File("out")}', not '"
            + $"{folder.File("in")}' and '{folder.File("other")}'. Give the job of other folders another name.", Error("in", "other"));
        Assert.Contains("Give the job of other folders another name.", Error("other", "out"));
    }

    [TestMethod]
    public void A_database_beside_the_inputs_is_none_of_them()
    {
        using var folder = new TemporaryFolder();
        Make(folder.Path, 2);
        for (var run = 0; run < 2; run++)
        {
            using var job = new FolderScoring("job", folder.File("in"), folder.File("out"), folder.File("in/jobs.db"));
            Assert.AreEqual(run == 0 ? 2 : 0, job.Run((input, output) => output.Write(File.ReadAllBytes(input))).Scored);
        }
    }

    [TestMethod]
    public void Folders_that_do_not_fit_are_refused()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder.File("link"), folder.Path);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new FolderScoring("job", folder.Path, folder.File("link"),
            ":memory:")).Message, "is a link to the folder of inputs");
        foreach (var lease in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromMinutes(-1), TimeSpan.MaxValue])
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new FolderScoring("job", folder.Path,
                folder.File("out"), ":memory:")
            {
                Lease = lease,
            }).Message, "Lease is ");
        StringAssert.Contains(Assert.ThrowsExactly<DirectoryNotFoundException>(() => new FolderScoring("job", folder.File("none"),
            folder.File("out"), ":memory:")).Message, "There is no folder '");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new FolderScoring("job", folder.Path, folder.Path + "/",
            ":memory:")).Message, "is the folder of inputs");
    }

    private static int Outputs(string folder) => !Directory.Exists(Path.Combine(folder, "out")) ? 0
        : Directory.GetFiles(Path.Combine(folder, "out")).Count(path => !Path.GetFileName(path).StartsWith('.'));

    private static void Make(string folder, int files)
    {
        Directory.CreateDirectory(Path.Combine(folder, "in"));
        for (var file = 0; file < files; file++)
            File.WriteAllLines(Path.Combine(folder, "in", $"part-{file:00}"), Enumerable.Range(file, 10).Select(i => $"{i}"));
    }

    private static void Check(string folder, int files)
    {
        for (var file = 0; file < files; file++)
            CollectionAssert.AreEqual(Enumerable.Range(file, 10).Select(i => $"{2 * i}").ToArray(),
                File.ReadAllLines(Path.Combine(folder, "out", $"part-{file:00}")));
    }

    private static Process Start(string folder, string database)
    {
        var assembly = typeof(FolderScoringTests).Assembly.Location;
        return Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly])
        {
            Environment = { ["DOTNET_STARTUP_HOOKS"] = assembly, [FolderVariable] = $"{folder}|{database}" },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>A file on a disk with room for some writes.</summary>
    private sealed class SmallDisk(Stream inner, Func<int> room) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (room() <= 0)
                throw new IOException("No space left on device");
            inner.Write(buffer, offset, count);
        }
    }
}
