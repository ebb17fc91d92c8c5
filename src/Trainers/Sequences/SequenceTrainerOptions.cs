using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Options that all sequence trainers share.</summary>
public abstract class SequenceTrainerOptions : NetworkTrainerOptions
{
    /// <summary>
    /// The column of sequences: a vector of keys, Int32 or Int64 (tokens), or a vector of Single (features, time-major).
    /// </summary>
    public string SequenceColumnName { get; set; } = "Features";

    /// <summary>
    /// Further columns that the network reads: vectors, categories, series, tokens. The default networks put them beside the summary or
    /// beside each step (<see cref="InputColumn.Placement"/>); a network of your own can read them by name
    /// (<see cref="Sequence.Inputs"/>). None by default.
    /// </summary>
    public IReadOnlyList<InputColumn> Inputs { get; set; } = [];

    /// <summary>The column of labels.</summary>
    public string LabelColumnName { get; set; } = "Label";

    /// <summary>A column of weights, Single, one per row; null, the default, for equal weights.</summary>
    public string? ExampleWeightColumnName { get; set; }

    /// <summary>Features per step of a real-valued sequence; null, the default, to take them from the column's dimensions, or 1.</summary>
    public int? FeatureCount { get; set; }

    /// <summary>
    /// For tokens of type Int32 or Int64: values from 0 to below this are known; null, the default, to learn it from the data.
    /// </summary>
    public int? VocabularySize { get; set; }

    /// <summary>
    /// The network. By default that of <see cref="SequenceNetwork.BySize"/>: for few rows of real-valued series with a class each
    /// <see cref="SequenceNetwork.MiniRocket"/>, otherwise an LSTM.
    /// </summary>
    public SequenceNetwork Network { get; set; } = SequenceNetwork.BySize();

    /// <summary>
    /// Weights to start from, of the same network pre-trained on tokens of the same vocabulary: those of the embedding and of
    /// <see cref="Network"/>, matched by name and shape. The output layer starts from random weights. Null, the default, to start all
    /// layers from random weights.
    /// </summary>
    public PretrainedNetwork? Pretrained { get; set; }

    /// <summary>Size of a token's vector, 64 by default.</summary>
    public int EmbeddingSize { get; set; } = 64;

    /// <summary>
    /// Vectors that the tokens of <see cref="SequenceColumnName"/> start from, such as those of <c>ml.Sequences().WordVectors</c>, found by
    /// key values; their size replaces <see cref="EmbeddingSize"/>. Null, the default, for random ones.
    /// </summary>
    public TokenVectors? TokenVectors { get; set; }

    /// <summary>Dropout of the network's input, 0 by default.</summary>
    public float InputDropout { get; set; }

    /// <summary>Dropout before the output layer, 0 by default.</summary>
    public float OutputDropout { get; set; }

    /// <summary>
    /// Whether real-valued features are first scaled to mean 0 and variance 1 over the training data; the deployed model does the
    /// same. True by default.
    /// </summary>
    public bool Standardize { get; set; } = true;

    /// <summary>
    /// Whether NaN stands for a missing number of <see cref="SequenceColumnName"/>, and isn't an error; as
    /// <see cref="InputColumn.AllowMissingValues"/> for further columns. False by default.
    /// </summary>
    public bool AllowMissingValues { get; set; }

    /// <summary>Random changes of real-valued series in training rows; null, the default, for none.</summary>
    public SeriesAugmentation? Augmentation { get; set; }

    /// <summary>
    /// Rows read ahead to shuffle and to make batches of similar lengths, where data is larger than <see cref="MemoryMegabytes"/>;
    /// rows beyond are never in memory.
    /// </summary>
    public int ShuffleBufferRows { get; set; } = 4096;

    /// <summary>
    /// The most megabytes that the sequences of the training rows may take in memory, and also those of the validation rows; 256 by
    /// default. Data that fits is read once, kept, and shuffled as a whole; larger data is read again in every epoch, through a shuffle
    /// buffer of at most this size.
    /// </summary>
    public int MemoryMegabytes { get; set; } = 256;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Named(nameof(SequenceColumnName), SequenceColumnName);
        Named(nameof(LabelColumnName), LabelColumnName);
        NamedOrNull(nameof(ExampleWeightColumnName), ExampleWeightColumnName);
        Check(nameof(ExampleWeightColumnName), ExampleWeightColumnName != LabelColumnName, $"'{ExampleWeightColumnName}', the column of "
            + nameof(LabelColumnName), "another column, or null");
        CheckInputs(Inputs, LabelColumnName, SequenceColumnName);
        NotNull(nameof(Network), Network);
        AtLeast(nameof(EmbeddingSize), EmbeddingSize, 1);
        Check(nameof(InputDropout), !Network.ReadsTokens || InputDropout == 0, InputDropout, $"0, since the network '{Network.Name}' reads "
            + "token ids");
        Check(nameof(Pretrained), !Network.ReadsTokens || Pretrained is null, "set",
            $"null, since the network '{Network.Name}' has its own "
            + "weights");
        Check(nameof(InputDropout), Network.PairInputs == 0 || InputDropout == 0, InputDropout, $"0, since the network '{Network.Name}' "
            + "reads numbers of steps");
        Check(nameof(Augmentation), Network.PairInputs == 0 || Augmentation is null, "set", $"null, since the network '{Network.Name}' "
            + "reads numbers of steps");
        Augmentation?.Check();
        Check(nameof(Augmentation), Augmentation is null || Network.Image is null, "set", "null, since networks of images have an "
            + $"{nameof(ImageAugmentation)} of their own");
        Check(nameof(TokenVectors), TokenVectors is null || (Pretrained is null && !Network.ReadsTokens), "set",
            "null, since " + (Pretrained is null ? $"the network '{Network.Name}' has its own vectors" : $"{nameof(Pretrained)} has them"));
        Check(nameof(AllowMissingValues), !AllowMissingValues
            || (!Network.AllowsMissing && Network.Image is null && Network.PairInputs == 0), AllowMissingValues,
            $"false, since the network '{Network.Name}' "
            + (Network.AllowsMissing ? "takes NaN for a row that lacks the column" : Network.Image is null ? "reads numbers of steps"
                : "reads images"));
        AtLeast(nameof(ShuffleBufferRows), ShuffleBufferRows, 1);
        Check(nameof(MemoryMegabytes), MemoryMegabytes is >= 1 and <= 4096, MemoryMegabytes, "1 to 4096");
        Check(nameof(FeatureCount), FeatureCount is null or >= 1, FeatureCount, "at least 1, or null");
        Check(nameof(VocabularySize), VocabularySize is null or >= 1, VocabularySize, "at least 1, or null");
        Share(nameof(InputDropout), InputDropout);
        Share(nameof(OutputDropout), OutputDropout);
    }

    internal SequenceBatchOptions Batches(bool shuffle) => Batches(this, ShuffleBufferRows, MemoryMegabytes, shuffle);

    internal static SequenceBatchOptions Batches(NetworkTrainerOptions options, int bufferRows, int megabytes, bool shuffle) => new()
    {
        BatchSize = options.BatchSize,
        Shuffle = shuffle,
        Seed = options.Seed,
        BufferRows = bufferRows,
        BufferBytes = (long)megabytes << 20,
        CacheBytes = (long)megabytes << 20,
        BadRows = options.BadRows,
    };
}
