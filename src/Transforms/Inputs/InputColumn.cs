namespace MLSeqGraph.Transforms;

/// <summary>
/// A further column that a network reads beside its main one: a vector, a category, an image, a second series or column of tokens.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>Kind</term><description>Column, and what the network reads</description></listheader>
/// <item><term><see cref="Vector"/></term><description>Single or a vector of Single of known size; [batch, features], scaled to mean 0 and
/// variance 1.</description></item>
/// <item><term><see cref="Category"/></term><description>A key; the category's trained vector [batch, size], zeros for a missing or unknown
/// one.</description></item>
/// <item><term><see cref="Series"/></term><description>A vector of Single, time-major; [time, batch, features].</description></item>
/// <item><term><see cref="Image"/></term><description>A vector of Single, the pixels row by row; [pixels, batch, channels], read by
/// networks of several modalities and of your own.</description></item>
/// <item><term><see cref="Times"/></term><description>A vector of Single, one per step; [time, batch, 1], the clock of cells that have
/// one.</description></item>
/// <item><term><see cref="Tokens"/></term><description>A vector of keys; the tokens' trained vectors [time, batch,
/// size].</description></item>
/// </list>
/// </remarks>
public sealed record InputColumn
{
    private readonly string? _name;

    private InputColumn(SequenceKind kind, string columnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(columnName);
        (Kind, ColumnName) = (kind, columnName);
    }

    /// <summary>What the column holds.</summary>
    public SequenceKind Kind { get; }

    /// <summary>The column.</summary>
    public string ColumnName { get; }

    /// <summary>The name that a network reads it by, and that of the exported model's input: by default the column's.
    /// It has a letter, no control character, and is none that the model uses itself.</summary>
    public string Name
    {
        get => _name ?? ColumnName;
        init => _name = value;
    }

    /// <summary>
    /// Where the default networks put it. Null, the default: beside each step where it has steps or steps are predicted, otherwise
    /// beside the summary.
    /// </summary>
    public InputPlacement? Placement { get; init; }

    /// <summary>Features per step of a series; null, the default, to take it from the column's dimensions, or 1.</summary>
    public int? FeatureCount { get; init; }

    /// <summary>The size of the images, where the column holds images; null for other columns.</summary>
    public ImageShape? Shape { get; private init; }

    /// <summary>
    /// Size of the vector of a category or token. Null, the default, for 1.6 · n^0.56, rounded and at most 64, with n categories or tokens
    /// (Howard and Gugger 2020).
    /// </summary>
    public int? EmbeddingSize { get; init; }

    /// <summary>
    /// Vectors that tokens or categories start from, whose size replaces <see cref="EmbeddingSize"/>; null, the default, for random ones.
    /// </summary>
    public TokenVectors? StartVectors { get; init; }

    /// <summary>
    /// Whether tokens have the vectors of the main column's, whose vocabulary they share, so that a word means the same in both. False by
    /// default.
    /// </summary>
    public bool SharesVectors { get; init; }

    /// <summary>Whether a network that doesn't read it is an error.</summary>
    internal bool MustBeRead { get; init; }

    /// <summary>
    /// Whether real numbers are scaled to mean 0 and variance 1 over the training data; the deployed model does the same. True by
    /// default.
    /// </summary>
    public bool Standardize { get; init; } = true;

    /// <summary>
    /// Whether NaN stands for a missing number of a vector or series, and isn't an error: the network then reads 0, the mean where numbers
    /// are standardized, and behind the numbers of a step as many that are 1 where one is there and 0 where it is missing. False by
    /// default.
    /// </summary>
    public bool AllowMissingValues { get; init; }

    /// <summary>Real numbers of a row: Single, or a vector of Single of known size.</summary>
    public static InputColumn Vector(string columnName) => new(SequenceKind.Vector, columnName);

    /// <summary>One of several categories: a key.</summary>
    /// <param name="columnName">The column.</param>
    /// <param name="embeddingSize">Size of a category's vector; null to choose it by their number.</param>
    public static InputColumn Category(string columnName, int? embeddingSize = null) =>
        new(SequenceKind.Category, columnName) { EmbeddingSize = embeddingSize };

    /// <summary>A real-valued series: a vector of Single, the features of the first step first.</summary>
    /// <param name="columnName">The column.</param>
    /// <param name="featureCount">Features per step; null to take it from the column's dimensions, or 1.</param>
    public static InputColumn Series(string columnName, int? featureCount = null) =>
        new(SequenceKind.Real, columnName) { FeatureCount = featureCount };

    /// <summary>A sequence of tokens: a vector of keys.</summary>
    /// <param name="columnName">The column.</param>
    /// <param name="embeddingSize">Size of a token's vector; null to choose it by their number.</param>
    public static InputColumn Tokens(string columnName, int? embeddingSize = null) =>
        new(SequenceKind.Tokens, columnName) { EmbeddingSize = embeddingSize };

    /// <summary>
    /// The times of the steps, for networks with a clock: a vector of Single, one number per step of the main column, in any unit, as they
    /// are. Count them from the start of each sequence or day: Single has 7 digits.
    /// </summary>
    public static InputColumn Times(string columnName) =>
        new(SequenceKind.Real, columnName) { FeatureCount = 1, Placement = InputPlacement.Times, Standardize = false };

    /// <summary>An image: a vector of Single, row by row from the top left pixel, the channels of a pixel together.</summary>
    /// <param name="columnName">The column.</param>
    /// <param name="shape">Size of the images.</param>
    /// <exception cref="ArgumentException">The size is below 1.</exception>
    public static InputColumn Image(string columnName, ImageShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.Problem is { } problem ? throw new ArgumentException($"Column '{columnName}' has {problem}.", nameof(shape))
            : new(SequenceKind.Real, columnName) { Shape = shape, FeatureCount = shape.Channels, Placement = InputPlacement.Network };
    }

    /// <summary>Whether it has as many steps as the main column, wherever it is placed.</summary>
    internal bool MatchesSteps { get; init; }

    /// <summary>The size of the vector of a category or token, given how many there are.</summary>
    internal int SizeFor(int count) => EmbeddingSize ?? (int)Math.Clamp(Math.Round(1.6 * Math.Pow(count, 0.56)), 1, 64);
}
