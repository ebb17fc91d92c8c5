using System.Reflection;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments;

/// <summary>Fits and evaluates the pipelines of trials.</summary>
internal sealed class TrialFit(Experiment experiment, TrialData data)
{
    private readonly Lazy<Prepared>[] _prepared = [.. data.Folds.Select(fold => new Lazy<Prepared>(() => Prepared.Of(experiment, fold)))];

    internal int Folds => data.Folds.Count;

    /// <summary>The metric of a trial: the mean over the folds.</summary>
    internal double Evaluate(Trial trial)
    {
        var sum = 0.0;
        for (var fold = 0; fold < Folds; fold++)
        {
            var rows = _prepared[fold].Value;
            var model = Fit(trial, rows);
            try
            {
                sum += experiment.Metric!.Evaluate!(model.Transform(rows.Validation));
            }
            finally
            {
                Release(model);
            }
            if (Folds > 1)
                trial.Report(fold + 1, sum / (fold + 1));
        }
        return sum / Folds;
    }

    /// <summary>A model of a trial's values, preparation included.</summary>
    /// <param name="lineage">The trial, behind those that it went on from.</param>
    /// <param name="onAllRows">Whether on all rows, for as many epochs as were best; otherwise on the first fold.</param>
    /// <param name="threads">Threads to use.</param>
    /// <param name="cancel">Ends it.</param>
    internal ITransformer Fit(IReadOnlyList<TrialResult> lineage, bool onAllRows, int threads, CancellationToken cancel)
    {
        if (experiment.Tuner is not PopulationBasedTuner population)
            return Fit(lineage[^1], onAllRows, threads, cancel, Folds == 1 && onAllRows ? lineage[^1].BestEpoch : 0, null, null);
        var folder = Directory.CreateTempSubdirectory("mlseqgraph-population").FullName;
        try
        {
            for (var i = 0; ; i++)
            {
                string Round(int number) => Path.Combine(folder, Dimension.Text(number));
                var model = Fit(lineage[i], onAllRows, threads, cancel, population.Interval * (i + 1), i == 0 ? null : Round(i - 1),
                    Round(i));
                if (i == lineage.Count - 1)
                    return model;
                Release(model);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private ITransformer Fit(TrialResult result, bool onAllRows, int threads, CancellationToken cancel, int lastEpoch, string? start,
        string? checkpoints)
    {
        using var stop = new CancellationTokenSource();
        var trial = new Trial(result.TrialId, result.Parameters, experiment.Space, experiment.Seed, threads, stop.Token, cancel, null);
        using var watched = new TrainingWatch
        {
            StopToken = stop.Token, CancellationToken = cancel, Target = ExecutionTarget.Cpu(threads),
            StartFolder = start, CheckpointFolder = checkpoints,
            OnEpoch = epoch =>
            {
                if (epoch.Epoch == lastEpoch)
                    stop.Cancel();
            },
        }.Begin();
        if (!onAllRows)
        {
            var rows = _prepared[0].Value;
            var model = Fit(trial, rows);
            return rows.Preparation is null ? model : new Microsoft.ML.Data.TransformerChain<ITransformer>(rows.Preparation, model);
        }
        var pipeline = experiment.Pipeline!(trial);
        return experiment.Preparation is null ? pipeline.Fit(data.All) : experiment.Preparation.Append(pipeline).Fit(data.All);
    }

    /// <summary>One model of networks that were trained on all rows, behind the preparation that they share.</summary>
    internal ITransformer Average(IReadOnlyList<TrialResult> trials, Func<TrialResult, ITransformer> fit)
    {
        if (experiment.Preparation is null)
            throw new InvalidOperationException("Each trial's pipeline has a preparation of its own, which may differ: give preparation "
                + "and trainer apart to SetPipeline.");
        ITransformer[] models = [.. trials.Select(fit)];
        ITransformer[][] parts = [.. models.Select(model => TransformerParts.Of(model).ToArray())];
        for (var i = 0; i < parts.Length; i++)
            if (parts[i].OfType<SequenceScoringTransformer>().Count() != 1 || parts[i].Length != parts[0].Length
                || parts[i][^1] is not SequenceScoringTransformer)
                throw new ArgumentException($"Trial {Dimension.Text(trials[i].TrialId)} ({TrialParameters.Text(trials[i].Parameters)}) is "
                    + $"{string.Join(" → ", parts[i].Select(part => part.GetType().Name))}; one model is made of trials whose trainer is "
                    + "a network of sequences alone.");
        var preparation = parts[0][..^1];
        var rows = preparation.Aggregate(data.All, (view, part) => part.Transform(view));
        var ensemble = ModelEnsemble.Average([.. parts.Select(one => (SequenceScoringTransformer)one[^1])], rows);
        foreach (var one in parts)
            Release(one[^1]);
        return new Microsoft.ML.Data.TransformerChain<ITransformer>([.. preparation, ensemble]);
    }

    /// <summary>The rows that a model of the first fold was not trained on.</summary>
    internal IDataView Validation => data.Folds[0].Validation;

    /// <summary>What to say of an error: what our code threw, if ML.NET wrapped that.</summary>
    internal static string ReasonOf(Exception error)
    {
        if (error is AggregateException or TargetInvocationException && error.InnerException is not null)
            error = error.InnerException;
        error = InnerErrors.Find(error) ?? error;
        return $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}";
    }

    private ITransformer Fit(Trial trial, Prepared rows)
    {
        var pipeline = experiment.Pipeline!(trial) ?? throw new InvalidOperationException("The trial's pipeline is null.");
        if (rows.Preparation is null)
            return pipeline.Fit(rows.Train);
        using var watched = (TrainingWatch.Current! with { ValidationData = rows.Validation }).Begin();
        return pipeline.Fit(rows.Train);
    }

    /// <summary>Unloads a model.</summary>
    internal static void Release(ITransformer model)
    {
        foreach (var part in TransformerParts.Of(model).OfType<IDisposable>())
            part.Dispose();
    }

    /// <param name="Train">What the trial's pipeline is fitted to.</param>
    /// <param name="Validation">What it is evaluated on.</param>
    /// <param name="Preparation">What came before; null where the pipeline does it all.</param>
    private sealed record Prepared(IDataView Train, IDataView Validation, ITransformer? Preparation)
    {
        internal static Prepared Of(Experiment experiment, (IDataView Train, IDataView Validation) fold)
        {
            if (experiment.Preparation is not { } preparation)
                return new(fold.Train, fold.Validation, null);
            var fitted = preparation.Fit(fold.Train);
            return new(fitted.Transform(fold.Train), fitted.Transform(fold.Validation), fitted);
        }
    }
}
