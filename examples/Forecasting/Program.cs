using Forecasting;
using Forecasting.Data;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var results = new List<Result>();
    var leftOut = 0;
    var sets = options.Data is { } folder ? SeriesFolder.Load(folder, options.Choices) : [BuiltIn.Load()];
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var pools = Pool.Of(ml, sets, seed, options);
        var contests = new List<Contest>();
        foreach (var set in sets)
            OrLeaveOut(() =>
            {
                var contest = new Contest(ml, set, seed, options, [.. pools.Where(pool => pool.Set.Group == set.Group)]);
                contest.Run();
                contests.Add(contest);
            });
        foreach (var contest in contests)
            OrLeaveOut(() => results.Add(Experiment.Run(contest, contests, pools, options)));
        foreach (var pool in pools)
            pool.Dispose();
    }
    if (results.Count == 0)
        throw new InvalidDataException("No set could be forecast: see above.");
    Report.Summary(results, leftOut);
    if (options.Json is { } json)
        Report.WriteJson(json, results, leftOut,
            options.Data is null ? "waves" : Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Data)));

    // One series of many, such as one that is too short, doesn't end all.
    void OrLeaveOut(Action run)
    {
        try
        {
            run();
        }
        catch (InvalidDataException error) when (sets.Count > 1)
        {
            leftOut++;
            Console.WriteLine($"  Left out: {error.Message}");
        }
    }
});
