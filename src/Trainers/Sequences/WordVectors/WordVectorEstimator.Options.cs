using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

public sealed partial class WordVectorEstimator
{
    /// <summary>Options of the trainer.</summary>
    public sealed class Options
    {
        /// <summary>The column of words, a vector of text per row.</summary>
        public string WordsColumnName { get; set; } = "Words";

        /// <summary>How vectors are learned, <see cref="WordVectorMethod.SkipGram"/> by default.</summary>
        public WordVectorMethod Method { get; set; }

        /// <summary>What skip-gram and CBOW minimize, <see cref="WordVectorLoss.NegativeSampling"/> by default.</summary>
        public WordVectorLoss Loss { get; set; }

        /// <summary>Numbers of a vector, 100 by default.</summary>
        public int Size { get; set; } = 100;

        /// <summary>
        /// The most words between a word and its context, 5 by default. Skip-gram and CBOW draw each word's reach from 1 to this; GloVe
        /// counts a word d away as 1 / d.
        /// </summary>
        public int Window { get; set; } = 5;

        /// <summary>Words that occur less often are left out, as if they weren't there; 5 by default.</summary>
        public int MinimumCount { get; set; } = 5;

        /// <summary>The most words, the most frequent ones; null, the default, for any number.</summary>
        public int? MaximumWords { get; set; }

        /// <summary>Words drawn for each prediction, 5 by default (negative sampling).</summary>
        public int Negatives { get; set; } = 5;

        /// <summary>They are drawn by their counts to this power, 0.75 by default.</summary>
        public double NegativePower { get; set; } = 0.75;

        /// <summary>
        /// Of a word whose share of the corpus is f, skip-gram and CBOW keep an occurrence with probability √(t / f) + t / f at most 1,
        /// where t is this, 0.001 by default; 0 keeps all.
        /// </summary>
        public double Subsampling { get; set; } = 1e-3;

        /// <summary>
        /// Vectors of n-grams that words share with skip-gram and CBOW, from which unknown words get vectors, too; null, the default, for
        /// none.
        /// </summary>
        public WordSubwords? Subwords { get; set; }

        /// <summary>GloVe's x_max: pairs that occur more often all count the same; 100 by default, 10 for corpora of some MB.</summary>
        public double MaximumCooccurrence { get; set; } = 100;

        /// <summary>GloVe's α: rarer pairs count (X / x_max)^α, 0.75 by default.</summary>
        public double CooccurrencePower { get; set; } = 0.75;

        /// <summary>Passes over the sentences, or over GloVe's pairs; 5 by default.</summary>
        public int Epochs { get; set; } = 5;

        /// <summary>
        /// The learning rate at the beginning; null, the default, for 0.025 (skip-gram), 0.05 (CBOW and GloVe). That of skip-gram and CBOW
        /// falls linearly; GloVe's is divided by AdaGrad's root of summed squares (Duchi et al. 2011).
        /// </summary>
        public float? LearningRate { get; set; }

        /// <summary>Decides first vectors and all that is drawn.</summary>
        public int Seed { get; set; }

        /// <summary>Threads that train, 0, the default, for as many as there are processors.</summary>
        public int Threads { get; set; }

        /// <summary>
        /// The most megabytes of sentences in memory, 256 by default, of 4 bytes a word; larger corpora are read again in every epoch.
        /// </summary>
        public int MemoryMegabytes { get; set; } = 256;

        /// <summary>Ends training with an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; set; }

        /// <summary>Called after every epoch.</summary>
        public Action<EpochRecord>? OnEpoch { get; set; }

        internal int Workers => Threads == 0 ? Environment.ProcessorCount : Threads;

        internal float StartingRate => LearningRate ?? (Method == WordVectorMethod.SkipGram ? 0.025f : 0.05f);

        /// <summary>Checks every option.</summary>
        /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
        public void Validate()
        {
            static void Check(string option, bool holds, object? found, string expected) =>
                TrainingOptions.Check(option, holds, found, expected);
            Check(nameof(WordsColumnName), !string.IsNullOrEmpty(WordsColumnName), $"'{WordsColumnName}'", "the name of a column");
            TrainingOptions.Defined(nameof(Method), Method);
            TrainingOptions.Defined(nameof(Loss), Loss);
            Check(nameof(Size), Size is >= 1 and <= 1 << 16, Size, $"1 to {1 << 16}");
            Check(nameof(Window), Window is >= 1 and <= 1000, Window, "1 to 1000");
            Check(nameof(MinimumCount), MinimumCount >= 1, MinimumCount, "at least 1");
            Check(nameof(MaximumWords), MaximumWords is null or >= 2, MaximumWords, "at least 2, or null");
            Check(nameof(Negatives), Negatives is >= 1 and <= 1000, Negatives, "1 to 1000");
            Check(nameof(NegativePower), double.IsFinite(NegativePower), NegativePower, "a finite number");
            Check(nameof(Subsampling), Subsampling is >= 0 and <= 1, Subsampling, "0 to 1");
            Check(nameof(MaximumCooccurrence), MaximumCooccurrence > 0 && double.IsFinite(MaximumCooccurrence), MaximumCooccurrence,
                "a finite number above 0");
            Check(nameof(CooccurrencePower), CooccurrencePower >= 0 && double.IsFinite(CooccurrencePower), CooccurrencePower,
                "a finite number of at least 0");
            Check(nameof(Epochs), Epochs >= 1, Epochs, "at least 1");
            Check(nameof(LearningRate), LearningRate is null || (LearningRate > 0 && float.IsFinite(LearningRate.Value)), LearningRate,
                "a finite number above 0, or null");
            Check(nameof(Threads), Threads is >= 0 and <= 1024, Threads, "0 to 1024");
            Check(nameof(MemoryMegabytes), MemoryMegabytes is >= 1 and <= 4096, MemoryMegabytes, "1 to 4096");
            Check(nameof(Subwords), Subwords is null || Method != WordVectorMethod.GloVe, "set", "null, since GloVe has no n-grams");
            Check(nameof(Loss), Loss == WordVectorLoss.NegativeSampling || Method != WordVectorMethod.GloVe, Loss,
                $"{WordVectorLoss.NegativeSampling}, the default, since GloVe has a loss of its own");
            Subwords?.Validate();
        }
    }
}
