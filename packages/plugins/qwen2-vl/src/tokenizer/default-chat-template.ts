/**
 * A chat template with the output of Qwen2-VL's, for checkpoints that the SDK writes itself. Jinja, for
 * chat_template.jinja; understands `add_generation_prompt` and `add_vision_id`.
 */
export const defaultChatTemplate = `{%- macro vision(name, number, pad) -%}
    {%- if add_vision_id -%}
        {{- name ~ " " ~ number ~ ": " -}}
    {%- endif -%}
    {{- "<|vision_start|>" ~ pad ~ "<|vision_end|>" -}}
{%- endmacro -%}
{%- set seen = namespace(images=0, videos=0) -%}
{%- if messages and messages[0]["role"] != "system" -%}
    {{- "<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n" -}}
{%- endif -%}
{%- for turn in messages -%}
    {{- "<|im_start|>" ~ turn["role"] ~ "\\n" -}}
    {%- if turn["content"] is string -%}
        {{- turn["content"] -}}
    {%- else -%}
        {%- for part in turn["content"] -%}
            {%- if part["type"] == "image" or "image" in part or "image_url" in part -%}
                {%- set seen.images = seen.images + 1 -%}
                {{- vision("Picture", seen.images, "<|image_pad|>") -}}
            {%- elif part["type"] == "video" or "video" in part -%}
                {%- set seen.videos = seen.videos + 1 -%}
                {{- vision("Video", seen.videos, "<|video_pad|>") -}}
            {%- elif "text" in part -%}
                {{- part["text"] -}}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- "<|im_end|>\\n" -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- "<|im_start|>assistant\\n" -}}
{%- endif -%}
`;
