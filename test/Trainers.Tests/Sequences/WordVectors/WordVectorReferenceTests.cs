using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Training of word vectors beside a slow form in Double, number by number.</summary>
[TestClass]
public class WordVectorReferenceTests
{
    private const int Size = 5, Window = 3, Seed = 4;
    private const float Rate = 0.1f;

    // Some sentences of seven words.
    private static ReadOnlyMemory<int>[] Sentences()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 60).Select(_ =>
            (ReadOnlyMemory<int>)Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(7)).ToArray())];
    }

    private static readonly long[] Counts = [30, 20, 15, 10, 9, 8, 5];

    [TestMethod]
    [DataRow(false, false, false)]
    [DataRow(true, false, false)]
    [DataRow(false, true, false)]
    [DataRow(true, true, false)]
    [DataRow(false, false, true)]
    [DataRow(true, false, true)]
    public void Steps_equal_the_slow_form(bool isBag, bool isHierarchical, bool hasParts)
    {
        VectorTargets targets = isHierarchical ? new VectorTargets.Hierarchical(new(Counts))
            : new VectorTargets.Negative(new(Counts, 0.75), 4);
        var parts = hasParts ? Enumerable.Range(0, 7).Select(word => (int[])[word, 7 + word % 3, 9]).ToArray() : null;
        float[] keep = [0.4f, 1, 0.9f, 1, 1, 1, 1];
        var table = new VectorTable(10, Size);
        table.Randomize(Seed);
        var start = table.ToArray(10);
        var training = new VectorTraining(table, targets, new(Window, isBag, keep, parts), 1, Rate, 1e9, Seed);
        var (loss, steps) = training.Run(Sentences(), default);
        var (vectors, slowLoss) = Slow(start, targets, isBag, keep, parts, out var slowSteps);
        Assert.AreEqual(slowSteps, steps);
        Assert.AreEqual(slowLoss / slowSteps, loss, 1e-5);
        var trained = table.ToArray(10);
        for (var i = 0; i < trained.Length; i++)
            Assert.AreEqual(vectors[i], trained[i], 1e-5, $"number {i}");
        Assert.IsGreaterThan(0.01, trained.Zip(start, (now, before) => Math.Abs(now - before)).Max());
    }

    // Stochastic gradient descent as the papers have it, with the same draws.
    private static (double[] Vectors, double Loss) Slow(float[] start, VectorTargets targets, bool isBag, float[] keep, int[][]? parts,
        out long steps)
    {
        double[] inputs = Array.ConvertAll(start, value => (double)value), outputs = new double[targets.Rows * Size];
        var (random, round, inRound) = (SplitMix64.OfItem(SplitMix64.SeedOf(Seed, 0), 0), 0L, 0);
        var (loss, count) = (0.0, 0L);
        foreach (var sentence in Sentences())
        {
            List<int> words = [];
            foreach (var word in sentence.ToArray())
                if (keep[word] >= 1 || random.NextDouble() < keep[word])
                    words.Add(word);
            for (var center = 0; center < words.Count; center++)
            {
                var reach = 1 + random.Next(Window);
                int[] near = [.. Enumerable.Range(0, words.Count).Where(at => at != center && Math.Abs(at - center) <= reach)];
                int[] Parts(int at) => parts is null ? [words[at]] : parts[words[at]];
                if (isBag && near.Length > 0)
                    Step([.. near.SelectMany(Parts)], words[center], ref random);
                if (!isBag)
                    foreach (var at in near)
                        Step(Parts(center), words[at], ref random);
            }
            // A round has 4 items for each row of the output table, or as many more as its last sentence has; each draws anew.
            if ((inRound += sentence.Length) >= 4 * targets.Rows)
                (random, inRound) = (SplitMix64.OfItem(SplitMix64.SeedOf(Seed, ++round), 0), 0);
        }
        steps = count;
        return (inputs, loss);

        void Step(int[] rows, int item, ref SplitMix64 random)
        {
            var (ids, labels, hidden, error) = (new int[targets.Most], new float[targets.Most], new double[Size], new double[Size]);
            var written = targets.Write(item, ids, labels, ref random);
            for (var i = 0; i < Size; i++)
                hidden[i] = rows.Average(row => inputs[row * Size + i]);
            for (var n = 0; n < written; n++)
            {
                var dot = Enumerable.Range(0, Size).Sum(i => hidden[i] * outputs[ids[n] * Size + i]);
                var sign = labels[n] == 1 ? 1 : -1;
                loss += Math.Log(1 + Math.Exp(-sign * dot));
                var gradient = sign / (1 + Math.Exp(sign * dot));
                for (var i = 0; i < Size; i++)
                {
                    error[i] += gradient * outputs[ids[n] * Size + i];
                    outputs[ids[n] * Size + i] += Rate * gradient * hidden[i];
                }
            }
            foreach (var row in rows)
                for (var i = 0; i < Size; i++)
                    inputs[row * Size + i] += Rate * error[i];
            count++;
        }
    }

    [TestMethod]
    public void Paths_of_a_tree_are_Huffman_codes()
    {
        var tree = new HuffmanTree(Counts);
        Assert.AreEqual(6, tree.Nodes);
        var lengths = Enumerable.Range(0, 7).Select(word => tree.PathTo(word).Turns.Length).ToArray();
        // Kraft's equality holds for a whole tree, and the mean length is the least there is.
        Assert.AreEqual(1, lengths.Sum(length => Math.Pow(2, -length)), 1e-12);
        Assert.AreEqual(254L, lengths.Zip(Counts, (length, often) => length * often).Sum());
        Assert.AreEqual(7, Enumerable.Range(0, 7).Select(word => string.Concat(tree.PathTo(word).Turns.ToArray())).Distinct().Count());
        // The probabilities of all paths add up to 1, whatever the nodes say.
        double[] right = [0.3, 0.9, 0.5, 0.2, 0.7, 0.6];
        Assert.AreEqual(1, Enumerable.Range(0, 7).Sum(word => tree.PathTo(word).Nodes.ToArray().Zip(tree.PathTo(word).Turns.ToArray(),
            (node, turn) => turn ? right[node] : 1 - right[node]).Aggregate((a, b) => a * b)), 1e-12);
    }

    [TestMethod]
    public void GloVe_equals_the_slow_form()
    {
        var ml = new MLContext(1);
        var rows = WordVectorEstimatorTests.Sentences(40);
        WordVectorEstimator.Options options = new()
        {
            Method = WordVectorMethod.GloVe, Size = 4, Window = 2, MinimumCount = 1, Epochs = 1, Seed = 2, MaximumCooccurrence = 5,
            Threads = 1, LearningRate = 0.5f,
        };
        var corpus = WordCorpus.Read(ml.Data.LoadFromEnumerable(rows), options);
        var counts = CoOccurrences.Count(corpus, options);
        // Counted pair by pair, over all places.
        var words = corpus.Words.ToList();
        var slow = new Dictionary<(int, int), double>();
        foreach (var sentence in rows.Select(row => row.Words.Select(word => words.IndexOf(word)).ToArray()))
            for (var i = 0; i < sentence.Length; i++)
                for (var j = 0; j < sentence.Length; j++)
                    if (i != j && Math.Abs(i - j) <= 2)
                        slow[(sentence[i], sentence[j])] = slow.GetValueOrDefault((sentence[i], sentence[j])) + 1.0 / Math.Abs(i - j);
        Assert.AreEqual(slow.Count, counts.Pairs.Count());
        foreach (var (word, context, count) in counts.Pairs)
            Assert.AreEqual(slow[(word, context)], count, 1e-4);

        // Sixty epochs by vectors of SIMD, and by a plain loop over all numbers in the same order.
        var training = new GloVeTraining(counts, words.Count, options);
        var reference = new SlowGloVe(slow, words.Count, options);
        double[] losses = [.. Enumerable.Range(1, 60).Select(epoch => training.Run(epoch).Loss).ToList()];
        double[] expected = [.. Enumerable.Range(1, 60).Select(epoch => reference.Run(epoch)).ToList()];
        for (var epoch = 0; epoch < 60; epoch++)
            Assert.AreEqual(expected[epoch], losses[epoch], 1e-6, $"epoch {epoch + 1}");
        Assert.IsLessThan(losses[0] / 100, losses[^1]);
        var vectors = training.Vectors();
        for (var i = 0; i < vectors.Length; i++)
            Assert.AreEqual(reference.Vectors[i], vectors[i], 2e-3, $"number {i}");
    }
}
