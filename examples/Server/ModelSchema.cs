using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using MLSeqGraph.Onnx;

namespace Server;

/// <summary>What <c>POST /predict</c> reads, in the OpenAPI document: the inputs of the model that is served.</summary>
internal static class ModelSchema
{
    /// <summary>Writes the request's schema into the operation.</summary>
    internal static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context,
        CancellationToken cancellation)
    {
        var services = context.ApplicationServices;
        var (model, options) = (services.GetRequiredService<ModelHost>().Current, services.GetRequiredService<ServerOptions>());
        if (model.Scorer is not { } scorer)
            return Task.CompletedTask;
        var row = new OpenApiSchema
        {
            Type = JsonSchemaType.Object, Description = $"A row of {model.Contract}.",
            Properties = scorer.Inputs.ToDictionary(input => input.Name, input => Of(input, 0, options)),
        };
        if (model.Tokenizer is null)
            row.Required = scorer.Inputs.Where(input => !input.IsOptional).Select(input => input.Name).ToHashSet();
        else
            row.Properties["text"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Instead of tokens." };
        var rows = new OpenApiSchema { Type = JsonSchemaType.Array, Items = row, MinItems = 1, MaxItems = options.MaxRows };
        foreach (var content in operation.RequestBody?.Content?.Values ?? [])
            content.Schema = new OpenApiSchema { OneOf = [row, rows] };
        return Task.CompletedTask;
    }

    private static IOpenApiSchema Of(TensorInfo input, int axis, ServerOptions options)
    {
        if (axis < input.Shape.Rank)
        {
            var dim = input.Shape[axis];
            return new OpenApiSchema
            {
                Type = JsonSchemaType.Array, Description = $"{dim}", Items = Of(input, axis + 1, options),
                MinItems = dim.IsKnown ? (int)dim.Size : null, MaxItems = dim.IsKnown ? (int)dim.Size : options.MaxSteps,
            };
        }
        return input.Type switch
        {
            ElementType.String => new OpenApiSchema
            {
                Type = JsonSchemaType.String, MaxLength = options.MaxText, MinLength = axis == 0 ? 1 : null,
            },
            ElementType.Int64 => new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64" },
            _ => new OpenApiSchema { Type = JsonSchemaType.Number, Format = "float" },
        };
    }
}
