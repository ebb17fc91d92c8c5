using System.Globalization;
using MLSeqGraph.Stress;
using MLSeqGraph.Tests.Fuzzing;
using MLSeqGraph.Trainers.Tests;
using MLSeqGraph.Trainers.Tests.Files;
using MLSeqGraph.Trainers.Tests.Training;

// swap N: so many predictions of each kind of model, which are swapped and disposed of meanwhile
// kill-saving N: so many processes that are killed while they save, export and write
// fuzz MINUTES SEED [NAME]: changed files for everything that reads files, or for what is called so
// growth N: what stays in memory of so many trainings of each kind
// full-disk: every kind of file on a file system of 1 MB that is full
// kill N: so many processes that are killed while they train or save
return args switch
{
    ["swap", var count] => Swap(long.Parse(count, CultureInfo.InvariantCulture)),
    ["kill", var count] => Kill(int.Parse(count, CultureInfo.InvariantCulture)),
    ["kill-saving", var count] => KillSaving(int.Parse(count, CultureInfo.InvariantCulture)),
    ["fuzz", var minutes, var seed] => Fuzz(double.Parse(minutes, CultureInfo.InvariantCulture),
        int.Parse(seed, CultureInfo.InvariantCulture)),
    ["fuzz", var minutes, var seed, var only] => Fuzz(double.Parse(minutes, CultureInfo.InvariantCulture),
        int.Parse(seed, CultureInfo.InvariantCulture), only),
    ["growth", var count] => Growth.Measure(int.Parse(count, CultureInfo.InvariantCulture)),
    ["full-disk"] => FullDisk.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine("swap PREDICTIONS | kill PROCESSES | kill-saving PROCESSES | fuzz MINUTES SEED [NAME] | growth TRAININGS | "
        + "full-disk");
    return 2;
}

static int KillSaving(int processes)
{
    using var folder = new TemporaryFolder();
    var random = new Random(1);
    var writing = new Dictionary<string, int>();
    for (var killed = 0; killed < processes; killed++)
    {
        // Every second one at any moment, the others while they write the file whose turn it is.
        var during = killed % 2 == 0 ? null : KilledSaving.Files[killed / 2 % KilledSaving.Files.Length];
        if (KilledSaving.Kill(folder.Path, TimeSpan.FromMilliseconds(random.Next(100)), during) is { } file)
            writing[file] = writing.GetValueOrDefault(file) + 1;
        KilledSaving.Check(folder.Path);
    }
    Console.WriteLine($"{processes} processes killed, {writing.Values.Sum()} of them while they wrote ("
        + $"{string.Join(", ", writing.Select(file => $"{file.Value} {file.Key}"))}); every file whole");
    return 0;
}

static int Fuzz(double minutes, int seed, string? only = null)
{
    using var folder = new TemporaryFolder();
    using var readers = new Examples.Tests.TemporaryFolder();
    // Loading a checkpoint trains for a moment: they get a tenth of the time.
    FuzzedLoader[] loaders = [.. ModelLoaders.All(folder).Concat(Examples.Tests.ReaderLoaders.All(readers))
        .Where(loader => only is null || loader.Name.StartsWith(only, StringComparison.Ordinal))];
    static bool IsSlow(FuzzedLoader loader) => loader.Name.StartsWith("checkpoints", StringComparison.Ordinal);
    var slow = loaders.Count(IsSlow);
    var share = slow == 0 || slow == loaders.Length ? 1.0 / loaders.Length : 0.9 / (loaders.Length - slow);
    List<FuzzRound.Outcome> outcomes = [];
    foreach (var loader in loaders)
    {
        outcomes.Add(FuzzRound.Run(loader, long.MaxValue, seed,
            TimeSpan.FromMinutes(minutes * (IsSlow(loader) && slow < loaders.Length ? 0.1 / slow : share))));
        Console.WriteLine(outcomes[^1]);
    }
    Console.WriteLine(new FuzzRound.Outcome("all", outcomes.Sum(outcome => outcome.Read), outcomes.Sum(outcome => outcome.Refused),
        [.. outcomes.SelectMany(outcome => outcome.Wrong)]));
    Console.WriteLine($"at most {Environment.WorkingSet >> 20} MB at the end");
    return outcomes.Exists(outcome => outcome.Wrong.Count > 0) ? 1 : 0;
}

static int Swap(long predictions)
{
    using var folder = new TemporaryFolder();
    var kinds = SwappedModel.All(folder);
    List<SwapRound.Outcome> outcomes = [];
    foreach (var kind in kinds)
    {
        outcomes.Add(SwapRound.Run(kind, predictions / kinds.Count));
        Console.WriteLine(outcomes[^1]);
    }
    Console.WriteLine(new SwapRound.Outcome("all", outcomes.Sum(outcome => outcome.Same), outcomes.Sum(outcome => outcome.Refused),
        outcomes.Sum(outcome => outcome.Swaps), [.. outcomes.SelectMany(outcome => outcome.Wrong)]));
    return outcomes.Exists(outcome => outcome.Wrong.Count > 0) ? 1 : 0;
}

static int Kill(int processes)
{
    var random = new Random(1);
    var expected = KilledTraining.Train(null);
    int killed = 0, writing = 0, wrong = 0, runs = 0;
    while (killed < processes)
    {
        using var folder = new TemporaryFolder();
        for (var kills = random.Next(1, 6); kills > 0 && killed < processes; kills--)
        {
            var isMeantToHitAWrite = random.Next(2) == 0;
            var milliseconds = random.Next(200, 3000);
            if (!KilledTraining.Kill(folder.Path, elapsed => isMeantToHitAWrite ? KilledTraining.IsWriting(folder.Path)
                : elapsed.TotalMilliseconds > milliseconds))
                break; // it was done before
            killed++;
            writing += KilledTraining.IsWriting(folder.Path) ? 1 : 0;
        }
        runs++;
        if (!KilledTraining.Train(folder.Path).AsSpan().SequenceEqual(expected))
            wrong++;
    }
    Console.WriteLine($"{killed} processes killed, {writing} of them while they wrote; {runs} runs resumed to their end, {wrong} with "
        + "other weights");
    return wrong == 0 ? 0 : 1;
}
