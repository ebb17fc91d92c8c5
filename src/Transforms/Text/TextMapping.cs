using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>One column that a <see cref="TextTransformer"/> adds.</summary>
internal abstract class TextMapping(string output, TokenizingSettings settings)
{
    /// <summary>The column that is read.</summary>
    public string Input => settings.Column;

    /// <summary>All columns that are read.</summary>
    public IReadOnlyList<string> Inputs => settings.PairColumn is { } second && second != Input ? [Input, second] : [Input];

    /// <summary>The new column.</summary>
    public string Output => output;

    /// <summary>How tokens are made; null where they are made into text.</summary>
    public virtual TokenizingSettings? TokensFrom => null;

    protected TokenizingSettings Settings => settings;

    /// <summary>Adds the new column's name, type and annotations.</summary>
    public abstract void AddOutput(DataViewSchema.Builder builder);

    /// <summary>Adds the input column, for a saved chain.</summary>
    public abstract void AddInput(DataViewSchema.Builder builder);

    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    public abstract void Check(DataViewSchema input);

    /// <summary>The getter of the new column.</summary>
    public abstract Delegate Open(DataViewRow row);

    /// <summary>Appends the same mapping to a saved chain.</summary>
    public abstract void AddTo(SavedChain chain);

    /// <summary>A column of keys whose values are the tokens.</summary>
    protected static void AddKeys(DataViewSchema.Builder builder, string name, Vocabulary vocabulary)
    {
        var tokens = vocabulary.Tokens.Select(token => token.AsMemory()).ToArray();
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(LabelType.KeyValues, new VectorDataViewType(TextDataViewType.Instance, tokens.Length),
            (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(tokens.Length, tokens).CopyTo(ref value));
        builder.AddColumn(name, new VectorDataViewType(new KeyDataViewType(typeof(uint), tokens.Length)), annotations.ToAnnotations());
    }
}
