using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace Forecasting.Data;

/// <summary>Series to forecast, and how.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Steps">All steps, those of a series one after another.</param>
/// <param name="Targets">Columns to forecast.</param>
/// <param name="Known">Columns known ahead.</param>
/// <param name="Horizon">Steps to forecast.</param>
/// <param name="TestSteps">Steps at the end of each series to compare.</param>
/// <param name="ValidationSteps">Steps before them to choose by.</param>
/// <param name="OriginStep">Steps from one forecast to the next.</param>
/// <param name="Season">Steps of a season.</param>
/// <param name="Calendar">Features of dates.</param>
internal sealed record SeriesSet(string Name, IReadOnlyList<SeriesStep> Steps, string[] Targets, string[] Known, int Horizon, int TestSteps,
    int ValidationSteps, int OriginStep, int Season, CalendarFeatures Calendar)
{
    /// <summary>Whether only the last step of the horizon is compared: a forecast so far ahead.</summary>
    internal bool LastStepOnly { get; init; }

    /// <summary>Whether it is series of many sets, to train a network on all of them.</summary>
    internal bool IsPool { get; init; }

    /// <summary>Sets of one table whose series have the same season and horizon: networks are chosen, and some trained, for all.</summary>
    internal string? Group { get; init; }

    /// <summary>Steps of which a quarter of the series has fewer.</summary>
    internal int LowerQuartile => Steps.GroupBy(step => step.Series).Select(series => series.Count()).Order().ToArray() is var counts
        ? counts[counts.Length / 4] : 0;

    /// <summary>The set as one series of a pool.</summary>
    internal SeriesSet AsMember => this with { Steps = [.. Steps.Select(step => step with { Series = Name })] };

    /// <summary>What was found in the files.</summary>
    internal string Description { get; init; } = "";

    /// <summary>As <see cref="OriginStep"/> where networks are chosen: not more forecasts than that takes.</summary>
    internal int ValidationStep => Math.Max(OriginStep, (ValidationSteps - Horizon) * Targets.Length / 2000);

    internal bool HasSeries => Steps[0].Series.Length > 0;

    internal bool HasDates => Steps[0].Time is not null;

    internal int SeriesCount => Steps.Select(step => step.Series).Distinct().Count();

    /// <summary>Steps of the shortest series.</summary>
    internal int Shortest => Steps.GroupBy(step => step.Series).Min(series => series.Count());

    /// <summary>
    /// Standard deviations of the targets before the test steps, as published splits have them: of the training steps. 1 where there is
    /// one target.
    /// </summary>
    internal IReadOnlyDictionary<string, double> Deviations => _deviations ??= Targets.Select((name, target) =>
    {
        double[] values = [.. Steps.GroupBy(step => step.Series).SelectMany(series => series.SkipLast(TestSteps + ValidationSteps))
            .Select(step => (double)step.Numbers[target])];
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return (name, Targets.Length == 1 || deviation == 0 ? 1 : deviation);
    }).ToDictionary(of => of.name, of => of.Item2);

    private IReadOnlyDictionary<string, double>? _deviations;

    /// <summary>Whether the set has a split that others publish figures of.</summary>
    internal bool HasPublishedSplit { get; init; }

    internal ForecastColumns Columns => new()
    {
        SeriesColumnName = HasSeries ? "Series" : null,
        TimeColumnName = HasDates ? "Time" : null,
        TargetColumnNames = Targets,
        KnownColumnNames = Known,
        Calendar = Calendar,
    };

    /// <summary>A view of all steps except some at the end of each series.</summary>
    /// <param name="ml">ML.NET.</param>
    /// <param name="folder">Where a table may be written.</param>
    /// <param name="leaveOut">Steps that are left out.</param>
    internal IDataView View(MLContext ml, string folder, int leaveOut = 0)
    {
        // Columns whose number is known only now come from a file.
        var path = Path.Combine(folder, $"{Name}-{leaveOut}.tsv");
        using (var file = new StreamWriter(path))
            foreach (var series in Steps.GroupBy(step => step.Series))
                foreach (var step in series.SkipLast(leaveOut))
                    file.WriteLine(string.Join('\t', [step.Series, (step.Time ?? default).ToString("s"),
                        .. step.Numbers.Select(number => number.ToString("r", CultureInfo.InvariantCulture))]));
        string[] numbers = [.. Targets, .. Known];
        return ml.Data.CreateTextLoader(new TextLoader.Options
        {
            Separators = ['\t'],
            Columns = [new("Series", DataKind.String, 0), new("Time", DataKind.DateTime, 1),
                .. numbers.Select((name, i) => new TextLoader.Column(name, DataKind.Single, i + 2))],
        }).Load(path);
    }
}

/// <summary>A step of a series.</summary>
/// <param name="Series">The series, empty where there is one.</param>
/// <param name="Time">The time; null where steps are counted.</param>
/// <param name="Numbers">Targets, then what is known ahead.</param>
internal sealed record SeriesStep(string Series, DateTime? Time, float[] Numbers);
