using System.Diagnostics;
using Forecasting.Data;
using Microsoft.ML;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace Forecasting;

/// <summary>A network that was trained for a set, as it did on the steps held out to choose by and on those to compare.</summary>
/// <param name="Candidate">The network.</param>
/// <param name="Pool">The series that it was trained on, where these are not the set's own alone.</param>
/// <param name="Error">On the validation steps.</param>
internal sealed record Entry(Candidate Candidate, SeriesSet? Pool, double Error)
{
    internal string Name => Pool is null ? Candidate.Name : $"pooled_{Candidate.Name}";
}

/// <summary>Trains all candidates of a set without its last steps.</summary>
internal sealed class Contest(MLContext ml, SeriesSet set, int seed, Options options, IReadOnlyList<Pool> pools)
{
    internal SeriesSet Set => set;

    internal int Seed => seed;

    internal List<Entry> Entries { get; } = [];

    internal Dictionary<string, Score> Scores { get; } = [];

    internal double Seconds { get; private set; }

    /// <summary>Whether the chosen network is trained again with the validation steps: sets of a published split aren't.</summary>
    internal bool Refits => set.ValidationSteps < 5000 && !set.HasPublishedSplit;

    /// <summary>The model with the smallest error, where it won't be trained again.</summary>
    internal (Entry Entry, ForecastingTransformer Model)? Best { get; private set; }

    internal void Run()
    {
        Report.Start(set, seed);
        var clock = Stopwatch.StartNew();
        InvalidDataException? failed = null;
        foreach (var candidate in Candidate.For(set, options))
            Try(() => Enter(new(candidate, null, 0), Fit(candidate, refits: false)));
        foreach (var pool in pools)
            foreach (var candidate in Candidate.For(pool.Set, options))
                if (set.Steps.Count - set.TestSteps - set.ValidationSteps >= candidate.Window(pool.Set, options))
                    Try(() => Enter(new(candidate, pool.Set, 0), pool.Fit(candidate, refits: false)));
        if (Entries.Count == 0 && failed is not null)
            throw failed;
        Seconds = clock.Elapsed.TotalSeconds;

        // A series may be long enough for some networks alone.
        void Try(Action run)
        {
            try
            {
                run();
            }
            catch (InvalidDataException error)
            {
                failed ??= error;
            }
        }
    }

    internal ForecastingTransformer Fit(Candidate candidate, bool refits) => ml.Sequences().Forecasting(candidate.Trainer(set, seed,
        Share(), refits, options)).Fit(set.View(ml, options.Folder, set.TestSteps));

    /// <summary>Tests on the last steps.</summary>
    internal BacktestResult Test(ForecastScoringTransformer model, Entry entry, IDataView? data = null) =>
        ml.Sequences().Backtest(model, data ?? View(entry), Back(set.TestSteps, set.OriginStep));

    internal IDataView View(Entry entry, int leaveOut = 0) => (entry.Pool is null ? set : set.AsMember).View(ml, options.Folder, leaveOut);

    internal Score Of(BacktestResult test, IReadOnlyList<BacktestRow> rows) => Score.Of(set, test, rows);

    private void Enter(Entry entry, ForecastingTransformer model)
    {
        var validated = ml.Sequences().Backtest(model, View(entry, set.TestSteps), Back(set.ValidationSteps, set.ValidationStep));
        // Of several series errors count by the size of the series.
        var of = Of(validated, validated.Rows);
        entry = entry with
        {
            Error = set.Targets.Length == 1 && double.IsFinite(of.Metrics.MeanAbsoluteScaledError)
                ? of.Metrics.MeanAbsoluteScaledError : of.MeanSquaredError,
        };
        var test = Test(model, entry);
        Scores[entry.Name] = Of(test, test.Rows);
        foreach (var naive in test.Naive)
            Scores[naive.Key.Replace(' ', '_')] = Of(test, naive.Value);
        Report.Candidate(entry.Name, model.History, entry.Error, Scores[entry.Name]);
        Entries.Add(entry);
        if (!Refits && (Best is null || entry.Error < Best.Value.Entry.Error))
        {
            Best?.Model.Dispose();
            Best = (entry, model);
        }
        else if (entry.Pool is null)
            model.Dispose();
    }

    private float Share() => Math.Min((float)set.ValidationSteps / (set.Shortest - set.TestSteps), 0.45f);

    private BacktestOptions Back(int steps, int step) => new() { TestSteps = steps, Step = step, Season = set.Season };
}

/// <summary>Series of several sets, on all of which networks are trained once.</summary>
internal sealed class Pool(MLContext ml, SeriesSet set, int seed, Options options) : IDisposable
{
    // Of longer series the last steps: they would outweigh the others.
    private const int MostSteps = 400;

    private readonly Dictionary<(Candidate, bool), ForecastingTransformer> _models = [];

    internal SeriesSet Set => set;

    /// <summary>The pools of some sets, of groups of three or more.</summary>
    internal static IReadOnlyList<Pool> Of(MLContext ml, IReadOnlyList<SeriesSet> sets, int seed, Options options) => [.. sets
        .Where(set => set.Group is not null).GroupBy(set => set.Group).Where(group => group.Count() > 2).Select(group => new Pool(ml,
            group.First() with
            {
                Name = $"pool {group.First().Season} {group.First().Horizon}", IsPool = true,
                Steps = [.. group.SelectMany(set => set.AsMember.Steps.TakeLast(MostSteps))],
            }, seed, options))];

    internal ForecastingTransformer Fit(Candidate candidate, bool refits) => _models.TryGetValue((candidate, refits), out var known) ? known
        // The least that can be held out of each is a horizon.
        : _models[(candidate, refits)] = ml.Sequences().Forecasting(candidate.Trainer(set, seed, 1e-6f, refits, options))
            .Fit(set.View(ml, options.Folder, set.TestSteps));

    public void Dispose()
    {
        foreach (var model in _models.Values)
            model.Dispose();
    }
}
