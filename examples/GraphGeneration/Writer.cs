using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphGeneration;

/// <summary>A language model of sequences that are graphs or molecules, trained, exported and sampled.</summary>
internal static class Writer
{
    private sealed class Row
    {
        public uint[] Tokens { get; set; } = [];
    }

    /// <summary>What was written.</summary>
    /// <param name="Sequences">Tokens from 1; null for one that didn't end.</param>
    /// <param name="Seconds">How long training took.</param>
    /// <param name="Difference">The largest difference of the exported model to the training graph.</param>
    internal sealed record Written(long[]?[] Sequences, double Seconds, double Difference);

    /// <summary>Trains and samples.</summary>
    /// <param name="ml">ML.NET.</param>
    /// <param name="sequences">What is learned from, tokens from 1.</param>
    /// <param name="tokens">Number of tokens.</param>
    /// <param name="count">How many are to be written.</param>
    /// <param name="settings">Width, epochs and learning rate where the command line says nothing.</param>
    /// <param name="name">The name of the folder of its files.</param>
    /// <param name="network">The network.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="asked">The command line.</param>
    internal static Written Run(MLContext ml, IReadOnlyList<long[]> sequences, int tokens, int count,
        (int Width, int Epochs, float Rate) settings, string name, string network, int seed, Options asked)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Tokens)].ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), tokens));
        var view = ml.Data.LoadFromEnumerable(sequences.Select(row => new Row { Tokens = Array.ConvertAll(row, token => (uint)token) }),
            schema);
        var longest = sequences.Max(row => row.Length);
        var width = asked.Width ?? settings.Width;
        var (layers, dropout) = (asked.Layers ?? (network == "transformer" ? 3 : 1), asked.Dropout ?? 0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(asked.StopToken);
        if (asked.Minutes is { } minutes)
            stop.CancelAfter(TimeSpan.FromMinutes(minutes));
        var clock = Stopwatch.StartNew();
        using var model = ml.Sequences().LanguageModel(new()
        {
            TokenColumnName = nameof(Row.Tokens),
            Decoder = network switch
            {
                "gru" => SequenceDecoder.Gru(width, layers, dropout),
                "lstm" => SequenceDecoder.Lstm(width, layers, dropout),
                _ => SequenceDecoder.Transformer(new()
                {
                    Hidden = width, Layers = layers, Heads = Math.Max(1, width / 32), Dropout = dropout,
                    Positions = PositionEncoding.Rotary, Activation = FeedForwardActivation.Gelu,
                }),
            },
            EmbeddingSize = network == "transformer" ? width : Math.Min(width, 64),
            TieEmbeddings = false,
            // whole graphs: nothing is cut
            WindowLength = longest + 2,
            Epochs = asked.Epochs ?? settings.Epochs,
            BatchSize = asked.BatchSize ?? 16,
            LearningRate = asked.LearningRate ?? (network == "transformer" ? settings.Rate / 3 : settings.Rate),
            Schedule = LearningRateSchedule.WarmUp(50, LearningRateSchedule.Cosine(0.02f)),
            GradientClipNorm = 1,
            Seed = seed,
            Target = ExecutionTarget.Cpu(asked.Threads),
            StopToken = stop.Token,
            CancellationToken = asked.CancellationToken,
            OnEpoch = EpochLines.Every(5),
        }).Fit(view);
        var seconds = clock.Elapsed.TotalSeconds;
        var folder = Directory.CreateDirectory(Path.Combine(asked.Folder, $"{name}-{network}")).FullName;
        model.ExportToOnnx(folder);
        // The file alone, on ONNX Runtime.
        using var generator = SequenceGenerator.Load(Path.Combine(folder, "decoder.onnx"));
        var sampled = generator.Sample(GenerationInput.FromPrompts([.. Enumerable.Range(0, count).Select(_ => new[] { model.StartToken })]),
            new() { Seed = seed, Temperature = asked.Temperature ?? 1 }, new() { MaximumLength = 2 * longest + 2 },
            asked.CancellationToken);
        return new([.. sampled.Select(one => one.Ended ? one.Tokens : null)], seconds, model.Verification.LargestDifference);
    }
}
