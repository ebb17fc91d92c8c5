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

/// <summary>Turns text into keys.</summary>
internal sealed class Tokenizing(string output, TokenizingSettings settings) : TextMapping(output, settings)
{
    public override TokenizingSettings? TokensFrom => Settings;

    public override void AddOutput(DataViewSchema.Builder builder) => AddKeys(builder, Output, Settings.Tokenizer.Vocabulary);

    public override void AddInput(DataViewSchema.Builder builder)
    {
        foreach (var name in Inputs)
            builder.AddColumn(name, TextDataViewType.Instance);
    }

    public override void Check(DataViewSchema input)
    {
        foreach (var name in Inputs)
        {
            var column = input.Require(name);
            if (column.Type is not TextDataViewType)
                throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected text.");
        }
    }

    public override Delegate Open(DataViewRow row)
    {
        var getter = row.GetGetter<ReadOnlyMemory<char>>(row.Schema.Require(Input));
        var second = Settings.PairColumn is { } pair ? row.GetGetter<ReadOnlyMemory<char>>(row.Schema.Require(pair)) : null;
        ReadOnlyMemory<char> text = default, other = default;
        return (ValueGetter<VBuffer<uint>>)((ref VBuffer<uint> value) =>
        {
            getter(ref text);
            second?.Invoke(ref other);
            var ids = second is null ? Settings.Tokenize(text.ToString(), RowName.Of(row))
                : Settings.TokenizePair(text.ToString(), other.ToString(), RowName.Of(row));
            var editor = VBufferEditor.Create(ref value, ids.Length);
            for (var i = 0; i < ids.Length; i++)
                editor.Values[i] = (uint)ids[i] + 1;
            value = editor.Commit();
        });
    }

    public override void AddTo(SavedChain chain)
    {
        var tokens = new MLContext().Data.LoadFromEnumerable(Settings.Tokenizer.Vocabulary.Tokens.Select(token =>
            new TokenName { Value = token }));
        chain.Add(chain.Transforms.CopyColumns(TokenizingMapping.Text, Input));
        if (Settings.PairColumn is { } second)
        {
            chain.Add(chain.Transforms.CopyColumns(PairTokenizingMapping.Second, second));
            chain.AddMapping(PairTokenizingMapping.Contract, Settings.ToBytes(), new PairTokenizingMapping());
        }
        else
        {
            chain.AddMapping(TokenizingMapping.Contract, Settings.ToBytes(), new TokenizingMapping());
        }
        chain.Add(chain.Transforms.Conversion.MapValueToKey(Output, TokensRow.ColumnName, Settings.Tokenizer.Vocabulary.Count,
            keyData: tokens));
    }

    private sealed class TokenName
    {
        public string? Value { get; set; }
    }
}

/// <summary>Turns keys into text.</summary>
internal sealed class Detokenizing(string output, TokenizingSettings settings) : TextMapping(output, settings)
{
    public override void AddOutput(DataViewSchema.Builder builder) => builder.AddColumn(Output, TextDataViewType.Instance);

    public override void AddInput(DataViewSchema.Builder builder) => AddKeys(builder, Input, Settings.Tokenizer.Vocabulary);

    public override void Check(DataViewSchema input)
    {
        var column = input.Require(Input);
        var vocabulary = Settings.Tokenizer.Vocabulary;
        if (column.Type is not VectorDataViewType { ItemType: KeyDataViewType key } || key.Count != (ulong)vocabulary.Count
            || key.RawType != typeof(uint)
            || column.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues)
                is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
        {
            throw new ArgumentException($"Column '{Input}' is {column.Type}; expected a vector of keys with the tokenizer's "
                + $"{vocabulary.Count} tokens as KeyValues.");
        }

        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        var at = 0;
        foreach (var value in values.DenseValues())
        {
            if (!value.Span.SequenceEqual(vocabulary[at]))
                throw new ArgumentException($"Column '{Input}' has the value '{value}' for key {at + 1}; expected "
                    + $"'{vocabulary[at]}', as in the tokenizer.");
            at++;
        }
    }

    public override Delegate Open(DataViewRow row)
    {
        var getter = row.GetGetter<VBuffer<uint>>(row.Schema.Require(Input));
        VBuffer<uint> keys = default;
        return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
        {
            getter(ref keys);
            value = Settings.Detokenize(keys.DenseValues().Select(key => (int)key - 1), RowName.Of(row)).AsMemory();
        });
    }

    public override void AddTo(SavedChain chain)
    {
        chain.Add(chain.Transforms.Conversion.MapKeyToValue(TokensRow.ColumnName, Input));
        chain.AddMapping(DetokenizingMapping.Contract, Settings.ToBytes(), new DetokenizingMapping());
        chain.Add(chain.Transforms.CopyColumns(Output, DetokenizingMapping.Text));
    }
}
