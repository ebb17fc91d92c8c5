using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Learns vectors of words from sentences: word2vec (skip-gram or CBOW; Mikolov et al. 2013), GloVe (Pennington et al. 2014), and vectors
/// of n-grams as fastText has (Bojanowski et al. 2017). It runs on the CPU, on all its cores.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of text per row, the words of a sentence.</description></item>
/// <item><term>Label</term><description>None.</description></item>
/// <item><term>Output</term><description><c>Embedding</c>: Single [words × size]. Words that were too rare for a vector have
/// zeros, or what their n-grams give.</description></item>
/// <item><term>Loss</term><description>Skip-gram and CBOW: -log σ(v · c) - Σ log σ(-v · n), or over the turns of a Huffman tree, in
/// nats per prediction. GloVe: ½ f(X) (w · c + b + b' - log X)².</description></item>
/// <item><term>Repeatable</term><description>The same seed and <see cref="Options.Threads"/> give the same vectors; GloVe's don't depend
/// on the number of threads.</description></item>
/// </list>
/// </remarks>
public sealed partial class WordVectorEstimator : IEstimator<TrainedWordVectors>
{
    // What the column is called that words' vectors become.
    internal const string Embedding = "Embedding";

    private readonly MLContext _ml;
    private readonly Options _options;

    internal WordVectorEstimator(MLContext ml, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_ml, _options) = (ml, options);
    }

    /// <summary>The input's columns and <c>Embedding</c>.</summary>
    /// <exception cref="ArgumentException">The column of words is missing or no vector of text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return WordVectorApplyingEstimator.OutputOf(inputSchema, _options.WordsColumnName, Embedding, _options.Size);
    }

    /// <summary>Learns vectors.</summary>
    /// <param name="input">The sentences.</param>
    /// <exception cref="ArgumentException">The column is missing or no vector of text, or an option is out of its range.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two different words that are frequent enough, or no two near each
    /// other.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="OperationCanceledException">It was canceled.</exception>
    public TrainedWordVectors Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _options.Validate();
        using var channel = ((IHostEnvironment)_ml).Register(nameof(WordVectorEstimator)).Start("Training");
        var corpus = WordCorpus.Read(input, _options);
        channel.Info(MessageSensitivity.None, "{0}", FormattableString.Invariant(
            $"{_options.Method} vectors of {corpus.Words.Count:N0} words, {_options.Size} numbers each; {corpus.Total:N0} words to read"));
        var history = new TrainingHistory();
        var vectors = _options.Method == WordVectorMethod.GloVe ? GloVe() : Windows();
        return new(_options.WordsColumnName, vectors, history);

        WordVectors GloVe()
        {
            var training = new GloVeTraining(CoOccurrences.Count(corpus, _options), corpus.Words.Count, _options);
            Run(epoch => training.Run(epoch), _ => _options.StartingRate);
            return new(corpus.Words, training.Vectors());
        }

        WordVectors Windows()
        {
            var parts = _options.Subwords is null ? null : corpus.Words.Select((word, i) => (int[])
                [i, .. _options.Subwords.NumbersOf(word).Select(number => corpus.Words.Count + number)]).ToArray();
            var table = new VectorTable(corpus.Words.Count + (_options.Subwords?.Buckets ?? 0), _options.Size);
            table.Randomize(_options.Seed);
            VectorTargets targets = _options.Loss == WordVectorLoss.HierarchicalSoftmax
                ? new VectorTargets.Hierarchical(new(corpus.Counts))
                : new VectorTargets.Negative(new(corpus.Counts, _options.NegativePower), _options.Negatives);
            var windows = new VectorWindows(_options.Window, _options.Method == WordVectorMethod.ContinuousBagOfWords,
                corpus.Keep(_options.Subsampling), parts);
            var training = new VectorTraining(table, targets, windows, _options.Workers, _options.StartingRate,
                (double)corpus.Total * _options.Epochs, _options.Seed);
            Run(_ => training.Run(corpus.Sentences(), _options.CancellationToken), _ => training.Rate);
            return Composed(corpus.Words, table, parts);
        }

        void Run(Func<int, (double Loss, long Steps)> epoch, Func<int, float> rate)
        {
            for (var number = 1; number <= _options.Epochs; number++)
            {
                var clock = Stopwatch.StartNew();
                var (loss, steps) = epoch(number);
                if (steps == 0)
                    throw new InvalidDataException($"Column '{_options.WordsColumnName}': no two words that are kept stand near each "
                        + $"other; expected longer rows, more of them, a smaller {nameof(_options.MinimumCount)}, or a "
                        + $"{nameof(_options.Subsampling)} that keeps more, such as 0 for all.");
                if (!double.IsFinite(loss))
                    throw new TrainingDivergedException("the loss is no number", number, steps, loss, rate(number), history);
                var record = new EpochRecord
                {
                    Epoch = number, PlannedEpochs = _options.Epochs, Loss = loss, Seconds = clock.Elapsed.TotalSeconds,
                    LearningRate = rate(number), Steps = steps, Rows = corpus.Total,
                };
                history.Add(record);
                history.BestEpoch = number;
                channel.Info(MessageSensitivity.None, "{0}", $"{record}");
                _options.OnEpoch?.Invoke(record);
            }
            history.StoppedBecause = TrainingEnd.Completed;
        }
    }

    // A word's vector is the mean of its own and those of its n-grams.
    private WordVectors Composed(IReadOnlyList<string> words, VectorTable table, int[][]? parts)
    {
        var all = table.ToArray(table.Rows);
        var size = _options.Size;
        if (parts is null)
            return new(words, all);
        var vectors = new float[words.Count * size];
        for (var word = 0; word < words.Count; word++)
            for (var i = 0; i < size; i++)
                vectors[word * size + i] = parts[word].Sum(part => all[part * size + i]) / parts[word].Length;
        return new(words, vectors, _options.Subwords, all[(words.Count * size)..]);
    }
}
