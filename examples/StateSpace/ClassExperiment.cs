using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Quickstart.Data;

namespace StateSpace;

/// <summary>Classes or tags of sequences by a hidden Markov model per class, an echo state network, or an LSTM beside them.</summary>
internal static class ClassExperiment
{
    internal static Result Run(MLContext ml, DataSet data, string network, int seed, Options options)
    {
        var isTagging = data.Task == TaskKind.Tagging;
        if (network == "lds" || (network == "esn" && (isTagging || data.IsTokens)))
            throw new UsageException($"--network {network} is for series of numbers"
                + $"{(network == "esn" ? " with a class each" : " without classes")}; {data.Name} has {data.Description}.");
        var target = ExecutionTarget.Cpu(options.Threads);
        IEstimator<SequenceScoringTransformer> estimator = network switch
        {
            "hmm" => ml.Sequences().HiddenMarkov(new()
            {
                Use = isTagging ? HiddenMarkovUse.Tagging : HiddenMarkovUse.Classification, Target = target,
                CancellationToken = options.CancellationToken, Model = Hidden(data, seed, options, isTagging),
            }),
            "esn" => ml.Sequences().EchoState(new()
            {
                Target = target, CancellationToken = options.CancellationToken,
                Reservoir = new()
                {
                    Units = options.Units ?? 300, Leaks = [0.4], SpectralRadius = options.Radius ?? 0.6, InputScale = 0.3, Seed = seed,
                },
            }),
            _ => Lstm(ml, isTagging, seed, options, target),
        };
        var clock = Stopwatch.StartNew();
        var model = data.Preparation.Append(estimator).Fit(data.Train);
        var seconds = clock.Elapsed.TotalSeconds;
        using var fitted = model.LastTransformer;
        var scored = model.Transform(data.Test);
        var metrics = isTagging ? ml.Sequences().EvaluateTagging(scored, missingLabelsAreWrong: true)
            : ml.Sequences().EvaluateClassification(scored);
        fitted.ExportToOnnx(Path.Combine(options.Folder, $"{network}.onnx"));
        var figures = new Dictionary<string, double> { ["test_accuracy"] = metrics.MicroAccuracy };
        if (fitted is HiddenMarkovTransformer hidden)
            figures["log_likelihood"] = hidden.LogLikelihood;
        return Report.Printed(new(data.Name, data.Task.ToString().ToLowerInvariant(), network, seed, seconds,
            fitted.Info.Verification!.LargestDifference, figures));
    }

    private static HiddenMarkovOptions Hidden(DataSet data, int seed, Options options, bool isTagging)
    {
        // Strings of one length are aligned: a state for each place.
        var places = data.IsTokens && !isTagging && options.States is null ? CommonLength(data) : null;
        return new()
        {
            States = options.States ?? places ?? (data.IsTokens ? 6 : 5),
            Topology = options.LeftRight || places is not null || (!data.IsTokens && !isTagging)
                ? HiddenMarkovTopology.LeftRight : HiddenMarkovTopology.Ergodic,
            Mixtures = options.Mixtures, MaximumIterations = options.Passes ?? (places is null ? 50 : 5), Seed = seed,
            PseudoCount = isTagging ? 1e-3 : places is null ? 0.1 : 0.5, MinimumVariance = 0.02,
        };
    }

    private static int? CommonLength(DataSet data)
    {
        int[] lengths = [.. data.Preparation.Fit(data.Train).Transform(data.Train).GetColumn<VBuffer<uint>>("Features")
            .Select(tokens => tokens.Length).Distinct().Take(2)];
        return lengths is [<= 200] ? lengths[0] : null;
    }

    private static IEstimator<SequenceScoringTransformer> Lstm(MLContext ml, bool isTagging, int seed, Options options,
        ExecutionTarget target)
    {
        T With<T>(T trainer) where T : SequenceTrainerOptions
        {
            trainer.Network = SequenceNetwork.Lstm(32, bidirectional: true);
            (trainer.Epochs, trainer.LearningRate, trainer.BatchSize) = (options.Passes ?? 20, 5e-3f, 32);
            (trainer.Seed, trainer.Target, trainer.OutputDropout) = (seed, target, 0.3f);
            (trainer.StopToken, trainer.CancellationToken) = (options.StopToken, options.CancellationToken);
            return trainer;
        }
        return isTagging ? ml.Sequences().Tagging(With(new SequenceTaggingTrainer.Options()))
            : ml.Sequences().Classification(With(new SequenceClassificationTrainer.Options()));
    }
}
