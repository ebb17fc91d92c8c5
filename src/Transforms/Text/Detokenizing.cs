using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

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
