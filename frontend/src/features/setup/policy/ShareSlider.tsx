import { Input, Slider } from "@mantine/core";
import { useFormat } from "../../../ui/format";

interface Props {
  label: string;
  note: string;
  value: number;
  min: number;
  max?: number;
  problem: string | undefined;
  onChange: (share: number) => void;
}

/** A share of 1, set in whole per cents. */
export function ShareSlider({ label, note, value, min, max = 100, problem, onChange }: Props) {
  const { chosenPercent } = useFormat();
  return (
    <Input.Wrapper
      label={
        <>
          {label}&ensp;<span className="figures">{chosenPercent(value)}</span>
        </>
      }
      description={note}
      error={problem}
      labelElement="div"
    >
      <Slider
        mt={10}
        mb={4}
        min={min}
        max={max}
        label={null}
        thumbLabel={label}
        value={Math.round(value * 100)}
        onChange={(percent) => onChange(percent / 100)}
      />
    </Input.Wrapper>
  );
}
